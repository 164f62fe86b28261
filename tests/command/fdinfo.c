// SPDX-License-Identifier: GPL-2.0
/* /proc/PID/fdinfo/FD of a file with more ports than are shown in one go. */
#include <fcntl.h>
#include <stdlib.h>

#include "loop.h"
#include "proc.h"

#define PORTS	1100

CASE_LIMIT(fdinfo_shows_every_port_once, 60)
{
	static uint8_t seen[EVT_NR_CHANNELS];
	char path[64], line[256];
	int fd = evt_open(0), i, n = 0;
	FILE *f;

	for (i = 0; i < PORTS; i++)
		seen[CHECK_OK(evt_bind_unbound(fd, 0))] = 1;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "evtchn-port: %d", &i) != 1)
			continue;
		CHECK_EQ(seen[i]++, 1);
		n++;
	}
	fclose(f);
	CHECK_EQ(n, PORTS);
}
