// SPDX-License-Identifier: GPL-2.0
/* Consumers that never sleep: nothing there, they look again. */
#include "bench.h"

static void look_again(struct stream *s, int milliseconds)
{
	(void)s;
	(void)milliseconds;
	relax();
}

const struct way way_batch_busy = {
	.key = "batch-busy", .title = "read() again and again",
	.open = raw_open, .bind = raw_bind, .take = batch_take,
	.wait = look_again, .close = raw_close,
};

const struct way way_mapped_busy = {
	.key = "mapped-busy", .title = "mapped ring, looked at again and again",
	.open = mapped_open, .bind = mapped_bind, .take = mapped_take,
	.wait = look_again, .close = mapped_close,
};
