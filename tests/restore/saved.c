// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proc.h"
#include "saved.h"

/* The kernel says so while no process runs: who reads it is behind that. */
#define FREEZES	"suspending xenstore"
#define PAIRS	100

static void until_frozen(int kmsg)
{
	struct pollfd p = { .fd = kmsg, .events = POLLIN };
	char line[8192];
	ssize_t n;

	for (;;) {
		n = read(kmsg, line, sizeof(line) - 1);
		if (n < 0 && errno == EAGAIN)
			poll(&p, 1, 1000);
		else if (n < 0)
			CHECK(errno == EPIPE || errno == EINTR);
		else if (line[n] = 0, strstr(line, FREEZES))
			return;
	}
}

void saved(void)
{
	const char *ready = getenv("READY");
	int kmsg = CHECK_OK(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));

	CHECK(ready);
	CHECK_OK(lseek(kmsg, 0, SEEK_END));
	close(CHECK_OK(open(ready, O_WRONLY | O_CREAT, 0600)));
	until_frozen(kmsg);
	close(kmsg);
	CHECK_OK(flock(CHECK_OK(open("/run/turn", O_RDWR | O_CREAT, 0600)), LOCK_EX));
	/* Whoever sleeps for ever keeps nobody else from theirs. */
	alarm(TAP_LIMIT * tap_factor);
}

struct loop saved_number(int fd, uint32_t number)
{
	struct loop l;
	int i;

	for (i = 0; i < PAIRS; i++) {
		l = loop_bind(fd, fd);
		if (l.a == number || l.b == number)
			return l;
	}
	tap_fail(__FILE__, __LINE__, "%d pairs, none of them port %u", i, number);
}

static const char *fdinfo_of(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return path;
}

bool saved_fdinfo(int fd, const char *text)
{
	char line[128];

	return proc_find(fdinfo_of(fd), text, line, sizeof(line));
}

int saved_ports(int fd)
{
	return proc_count(fdinfo_of(fd), "evtchn-port:");
}
