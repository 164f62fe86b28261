/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands that somebody on the vCPU that stops has claimed, and not done yet:
 * those behind them wait for nobody.
 */
#ifndef CLAIM_H
#define CLAIM_H

/* Who takes commands gets to the point; others have theirs taken meanwhile. */
void claim_by_enter(int point);
void claim_by_poller(int point);
/* It went on: what it had claimed was done, once. */
void claim_is_done(void);

#endif
