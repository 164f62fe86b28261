/* SPDX-License-Identifier: GPL-2.0 */
/* The order that is being tried, kept where a process that dies leaves it. */
#ifndef TRACE_H
#define TRACE_H

void trace_start(void);
/* The next order. */
void trace_begin(void);
/* What @thread does, or what happens to it; @line is 0 for the latter. */
void trace(int thread, const char *what, int line);

unsigned long trace_orders(void);
/* A line for each stretch of one thread. */
void trace_show(void);

#endif
