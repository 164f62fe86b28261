// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "fault.h"
#include "tap.h"

int file;
struct loop neighbour;

void fault_start(void)
{
	neighbour = loop_open();
	file = evt_open(O_NONBLOCK);
}

void another_file(void)
{
	close(file);
	file = evt_open(O_NONBLOCK);
}

void neighbour_is_well(void)
{
	loop_fire(&neighbour);
	evt_cycle(neighbour.fd, neighbour.b);
}

void nothing_queued(int fd)
{
	CHECK_EQ(evt_poll(fd, 0) & (POLLIN | POLLERR), 0);
}
