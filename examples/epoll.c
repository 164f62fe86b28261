// SPDX-License-Identifier: MIT
/*
 * An event loop with other things in it: here, what is typed.
 *
 * Binds a pair of ports of this domain to itself; each line that is typed
 * notifies the one, and the other one fires.  EVTMMAP_OPT_QUIET asks the driver
 * to wake nobody while the program is busy, and evtmmap_arm() ends that.
 */
#include <sys/epoll.h>
#include <unistd.h>
#include "example.h"

#define SELF	0x7ff0U		/* Xen's name for the domain that asks */

static int watch(int epoll, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .fd = fd } };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

/* Takes a whole span, and gives all of its ports back in one system call. */
static int take(struct evtmmap *h)
{
	const struct evtmmap_event *ev;
	uint32_t ports[64];
	int i, n = evtmmap_peek(h, &ev);

	if (n == -EOVERFLOW)
		return evtmmap_resync(h);
	if (n <= 0)
		return n;
	for (i = 0; i < n && i < 64; i++) {
		ports[i] = ev[i].port;
		printf("%s fired\n", (const char *)evtmmap_user(h, ports[i]));
	}
	evtmmap_release(h, (unsigned int)i);		/* first take, */
	n = evtmmap_rearm_many(h, ports, (size_t)i);	/* then rearm */
	return n < 0 ? n : 0;
}

/* Returns 1 at the end of what is typed. */
static int read_line(struct evtmmap *h, unsigned int port)
{
	char line[256];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n ? evtmmap_notify(h, port) : 1;
}

static int loop(struct evtmmap *h, unsigned int port, int epoll)
{
	struct epoll_event e;
	int n, ret;

	do {
		ret = evtmmap_arm(h);
		n = ret == 0 ? epoll_wait(epoll, &e, 1, -1) : 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 1 && e.data.fd == STDIN_FILENO)
			ret = read_line(h, port);
		else if (ret >= 0 || ret == -EOVERFLOW)
			ret = take(h);
	} while (ret == 0);
	return ret < 0 ? ret : 0;
}

static int run(struct evtmmap *h, unsigned int port)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), ret;

	if (epoll < 0)
		return -errno;
	ret = watch(epoll, evtmmap_fd(h));
	if (ret == 0)
		ret = watch(epoll, STDIN_FILENO);
	if (ret == 0)
		ret = loop(h, port, epoll);
	close(epoll);
	return ret;
}

/* Returns the port to notify. */
static int bind_pair(struct evtmmap *h)
{
	static char name[] = "the other end";
	int a = evtmmap_bind_unbound(h, SELF), b, ret;

	if (a < 0)
		return a;
	b = evtmmap_bind_interdomain(h, SELF, (unsigned int)a);
	if (b < 0)
		return b;
	ret = evtmmap_set_user(h, (unsigned int)a, name);
	if (ret == 0)
		ret = evtmmap_set_user(h, (unsigned int)b, name);
	return ret < 0 ? ret : a;
}

int main(int argc, char **argv)
{
	struct evtmmap_options o = { .size = sizeof(o), .flags = EVTMMAP_OPT_QUIET };
	struct evtmmap *h;
	int ret;

	if (argc != 1) {
		fprintf(stderr, "usage: %s\n", argv[0]);
		return 2;
	}
	ret = evtmmap_open(&h, &o);
	if (ret < 0)
		return fail("open", ret);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("%s; type lines\n", evtmmap_is_mapped(h) ? "mapped" : "not mapped");
	ret = bind_pair(h);
	if (ret >= 0)
		ret = run(h, (unsigned int)ret);
	evtmmap_close(h);
	return ret < 0 ? fail("epoll", ret) : 0;
}
