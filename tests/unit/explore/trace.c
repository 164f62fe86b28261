// SPDX-License-Identifier: GPL-2.0
#include <sys/mman.h>

#include "tap.h"
#include "trace.h"

#define MAX_STEPS 4000	/* more than any scenario needs: someone spins */

static struct progress {
	unsigned long orders;
	int steps;
	struct step {
		int thread, line;
		const char *what;
	} step[MAX_STEPS];
} *progress;

void trace_start(void)
{
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(progress != MAP_FAILED);
}

void trace_begin(void)
{
	progress->orders++;
	progress->steps = 0;
}

void trace(int thread, const char *what, int line)
{
	CHECK_LE(progress->steps, MAX_STEPS - 1);
	progress->step[progress->steps++] = (struct step){ thread, line, what };
}

unsigned long trace_orders(void)
{
	return progress->orders;
}

static bool same_stretch(const struct step *a, const struct step *b)
{
	return a->line && b->line && a->thread == b->thread;
}

void trace_show(void)
{
	const struct step *s = progress->step, *first = s;
	const struct step *last = s + progress->steps - 1;

	for (; s <= last; s++) {
		if (s < last && same_stretch(s, s + 1))
			continue;
		if (s->line)
			tap_note("  thread %d: %s:%d .. %s:%d", s->thread,
				 first->what, first->line, s->what, s->line);
		else
			tap_note("  thread %d %s", s->thread, s->what);
		first = s + 1;
	}
}
