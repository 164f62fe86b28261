/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a case lets pass although it was not asked for, and why: all there is of it
 * stands here. Each time is told, and `make check` sums them up.
 */
#ifndef TOLERATE_H
#define TOLERATE_H

#include "tap.h"

/*
 * A bind makes an event, and now and then a second one: Xen marks both ends as
 * pending when they are connected, and the interrupt core sends what came before
 * the handler was there once more (docs/design.md). No client can tell the second
 * from a real one, and all look what there is to do.
 */
#define TOLERATE_BIND_AGAIN	"an event twice after a bind"

static inline void tolerate(const char *what, unsigned long times)
{
	if (times)
		tap_note("tolerated: %lu %s", times, what);
}

#endif
