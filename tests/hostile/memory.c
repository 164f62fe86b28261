// SPDX-License-Identifier: GPL-2.0
/* What a file's owner can make the kernel keep. */
#include "frame.h"
#include "proc.h"

#define ROUNDS		10000	/* RESYNCs, some seconds of them */
#define LOOKS		20
#define MOST		300	/* segments at a time, of a ring that needs one */

static int segments(void)
{
	return proc_count("/proc/vmallocinfo", "[xen_evtchn]");
}

/* Each RESYNC leaves a segment to RCU, and whoever goes on like that waits for it. */
CASE_LIMIT(resyncs_leave_little_behind, 120)
{
	int rounds = tap_factor < 10 ? ROUNDS : ROUNDS / 10;
	int fd = evt_open(O_NONBLOCK), before, most = 0, i;

	map_consumer(fd);
	before = segments();
	CHECK_GE(before, 1);
	for (i = 1; i <= rounds; i++) {
		CHECK_OK(ioctl(fd, EVTMMAP_IOC_RESYNC));
		if (i % (rounds / LOOKS) == 0 && segments() - before > most)
			most = segments() - before;
	}
	tap_note("%d RESYNCs left %d segments at a time, at most", rounds, most);
	CHECK_LE(most, MOST);
	close(fd);
}
