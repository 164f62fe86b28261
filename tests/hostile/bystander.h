/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Somebody who has nothing to do with it: a process of its own with a classic
 * and a mapped file, events on both, and an eye on how long each takes.
 */
#ifndef BYSTANDER_H
#define BYSTANDER_H

#include <stdbool.h>

void bystander_start(void);	/* forks; begins to measure the time before */
void bystander_watch(void);	/* waits for enough of that; the attack begins */
bool bystander_is_content(void);	/* it has seen enough of the attack */
/* The attack is over: false if it was delayed; what is worse ends the case. */
bool bystander_judge(void);

#endif
