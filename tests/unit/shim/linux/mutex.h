/* SPDX-License-Identifier: GPL-2.0 */
/* For threads of the explorer. */
#ifndef SHIM_MUTEX_H
#define SHIM_MUTEX_H

struct mutex {
	int held;
};

/* To take it is a full barrier; to give it back is a release. */
void mutex_lock(struct mutex *lock);
#define mutex_trylock(lock)	(mutex_lock(lock), true)
void mutex_unlock(struct mutex *lock);

#endif
