/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A wait queue for threads of the explorer. Its lock is not there: nobody comes
 * between what is done under it. What is: to take it is a full barrier, and a
 * sleeper that was put on the queue may be seen there only later.
 */
#ifndef SHIM_WAIT_H
#define SHIM_WAIT_H

#include <linux/atomic.h>

/**
 * struct wait_queue_head - who sleeps
 * @waiters: bit n: thread n is on the queue
 * @passing: those of them that whoever wakes them takes off
 */
typedef struct wait_queue_head {
	u32 waiters;
	u32 passing;
} wait_queue_head_t;

/* Of those that are woken by a function of their own; there are none here. */
struct wait_queue_entry {
	void *private;
};

static inline bool waitqueue_active(wait_queue_head_t *wait)
{
	return READ_ONCE(wait->waiters);
}

void add_wait_queue(wait_queue_head_t *wait);
void remove_wait_queue(wait_queue_head_t *wait);
void wake_up_all(wait_queue_head_t *wait);
#define wake_up_interruptible_poll(wait, mask)	wake_up_all(wait)

/* As wait_event() does it: on the queue, full barrier; the condition is next. */
void prepare_to_wait(wait_queue_head_t *wait);
void finish_wait(wait_queue_head_t *wait);
void schedule(void);

#define wait_event_interruptible(wait, condition) ({			\
	while (!(condition)) {						\
		prepare_to_wait(&(wait));				\
		if (condition)						\
			break;						\
		schedule();						\
	}								\
	finish_wait(&(wait));						\
	0; })

#endif
