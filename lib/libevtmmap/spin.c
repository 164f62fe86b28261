// SPDX-License-Identifier: MIT
/*
 * Looking for a while before sleeping. The while is learnt: a little longer than
 * what events have lately been waited for, if that is worth it at all.
 */
#include <time.h>
#include "handle.h"

#define NS_PER_S	1000000000LL
#define LOOKS		64	/* between two looks at the clock */

int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

void spin_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/*
 * Events that come within the bound are worth waiting twice as long for as they
 * took. Later ones make the while shorter, by and by.
 */
void spin_learn(struct evtmmap *h, int64_t took)
{
	if (took * 2 <= h->spin_most)
		h->spin += (took * 2 - h->spin) / 4;
	else
		h->spin -= (h->spin + 3) / 4;	/* down to nothing */
}

/*
 * Has something come before the while was over, or the @deadline, if it is not
 * negative?
 */
bool spin_wait(struct evtmmap *h, int64_t start, int64_t deadline)
{
	int64_t end = start + h->spin, now;
	unsigned int i;

	if (!h->spin)
		return false;
	if (deadline >= 0 && deadline < end)
		end = deadline;
	do {
		for (i = 0; i < LOOKS; i++) {
			if (ring_has_event(&h->ring)) {
				spin_learn(h, now_ns() - start);
				return true;
			}
			spin_relax();
		}
		now = now_ns();
	} while (now < end);
	return false;
}
