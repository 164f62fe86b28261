/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_SCHED_H
#define SHIM_LINUX_SCHED_H

#define cond_resched()	((void)0)

/* Somebody spins: there is no sense in going on before another thread did. */
void cpu_relax(void);

#endif
