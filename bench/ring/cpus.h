/* SPDX-License-Identifier: GPL-2.0 */
/* A CPU for each thread, and whether it had it all the time. */
#ifndef EVTBENCH_CPUS_H
#define EVTBENCH_CPUS_H

#include <pthread.h>

void cpu_pin(pthread_t thread, unsigned int cpu);
/* How often the scheduler took a CPU from a thread of ours that wanted it. */
long cpu_taken_away(void);

#endif
