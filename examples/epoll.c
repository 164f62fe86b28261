// SPDX-License-Identifier: MIT
/*
 * An event loop with other things in it: here, what is typed.
 *
 * Binds a pair of ports of this domain to itself; each line that is typed
 * notifies the one, and the other one fires.  EVTMMAP_OPT_QUIET asks the driver
 * to wake nobody while the program is busy, and evtmmap_arm() ends that.
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <evtmmap.h>

static int fail(const char *what, int ret)
{
	fprintf(stderr, "%s: %s\n", what, evtmmap_strerror(ret));
	return 1;
}

static void watch(int epoll, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .fd = fd } };

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

/* Takes a whole span, and gives all of its ports back in one system call. */
static int take(struct evtmmap *h)
{
	const struct evtmmap_event *ev;
	uint32_t ports[64];
	int i, n = evtmmap_peek(h, &ev);

	if (n <= 0)
		return n;
	for (i = 0; i < n && i < 64; i++) {
		ports[i] = ev[i].port;
		printf("%s fired\n", (const char *)evtmmap_user(h, ports[i]));
	}
	evtmmap_release(h, (unsigned int)i);		/* first take, */
	return evtmmap_rearm_many(h, ports, (size_t)i);	/* then rearm */
}

static int loop(struct evtmmap *h, unsigned int port)
{
	int epoll = epoll_create1(0), ret = 0;
	struct epoll_event e;
	char line[256];

	watch(epoll, evtmmap_fd(h));
	watch(epoll, STDIN_FILENO);
	while (ret >= 0) {
		ret = evtmmap_arm(h);
		if (ret == 0 && epoll_wait(epoll, &e, 1, -1) == 1 &&
		    e.data.fd == STDIN_FILENO) {
			if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
				break;
			evtmmap_notify(h, port);
		}
		if (ret >= 0)
			ret = take(h);
	}
	close(epoll);
	return ret;
}

int main(void)
{
	struct evtmmap_options o = { .size = sizeof(o), .flags = EVTMMAP_OPT_QUIET };
	static char name[] = "the other end";
	struct evtmmap *h;
	int a, b, ret = evtmmap_open(&h, &o);

	if (ret < 0)
		return fail("open", ret);
	a = evtmmap_bind_unbound(h, 0);
	if (a < 0)
		return fail("bind_unbound", a);
	b = evtmmap_bind_interdomain(h, 0, (unsigned int)a);
	if (b < 0)
		return fail("bind_interdomain", b);
	evtmmap_set_user(h, (unsigned int)a, name);
	evtmmap_set_user(h, (unsigned int)b, name);
	printf("%s; type lines\n", evtmmap_is_mapped(h) ? "mapped" : "not mapped");
	ret = loop(h, (unsigned int)a);
	evtmmap_close(h);
	return ret < 0 ? fail("loop", ret) : 0;
}
