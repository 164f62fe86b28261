// SPDX-License-Identifier: GPL-2.0
/*
 * A file that only io_uring's tables hold: its requests hold no reference to it,
 * and workers unbind a port that others are in the middle of.
 */
#include <stdlib.h>

#include "uring.h"
#include "work.h"

#define RINGS	3

static struct uring ring[RINGS];
static uint32_t fleeting;	/* the port that comes and goes */
static uint32_t other;		/* what it is bound to, in a file of its own */

static int request(int n, struct io_uring_sqe sqe)
{
	sqe.fd = 0;
	sqe.flags = IOSQE_FIXED_FILE | IOSQE_ASYNC;
	uring_submit(&ring[n], &sqe);
	return uring_wait(&ring[n]);
}

static void step_come_and_go(struct scene *s, unsigned int *seed)
{
	int port = CHECK_OK(request(0, uring_command(0, EVT_BIND_INTERDOMAIN,
						     EVT_DOMID_SELF, other)));

	__atomic_store_n(&fleeting, port, __ATOMIC_RELAXED);
	CHECK_OK(evt_notify(s->ports.rx, other));
	usleep(rand_r(seed) % 500);
	CHECK_EQ(request(0, uring_command(0, EVT_UNBIND, port, 0)), 0);
}

/* No read(): io_uring has one wait for an event, and the last comes before the end. */
static void use(int n, unsigned int *seed)
{
	uint32_t port = __atomic_load_n(&fleeting, __ATOMIC_RELAXED);
	struct io_uring_sqe sqe = { .off = -1ULL, .len = sizeof(port) };

	switch (rand_r(seed) % 3) {
	case 0:
		sqe = uring_command(0, EVTMMAP_IOC_REARM, port, 0);
		break;
	case 1:
		sqe = uring_command(0, EVT_NOTIFY, port, 0);
		break;
	default:
		sqe.opcode = IORING_OP_WRITE;
		sqe.addr = (uintptr_t)&port;
		break;
	}
	request(n, sqe);
}

static void step_use(struct scene *s, unsigned int *seed)
{
	use(1, seed);
	(void)s;
}

static void step_use_too(struct scene *s, unsigned int *seed)
{
	use(2, seed);
	(void)s;
}

static struct role roles[] = {
	{ .name = "come and go", .step = step_come_and_go },
	{ .name = "use", .step = step_use },
	{ .name = "use too", .step = step_use_too },
};

CASE_LIMIT(race_fixed, 900)
{
	static struct scene s;
	int i, fd = evt_open(O_NONBLOCK);

	s.ports.rx = evt_open(O_NONBLOCK);
	other = CHECK_OK(evt_bind_unbound(s.ports.rx, EVT_DOMID_SELF));
	for (i = 0; i < RINGS; i++) {
		if (!uring_open(&ring[i]))
			SKIP("there is no io_uring");
		CHECK_OK(uring_register(&ring[i], IORING_REGISTER_FILES, &fd, 1));
	}
	close(fd);
	scene_play(&s, roles, sizeof(roles) / sizeof(*roles));
	for (i = 0; i < RINGS; i++)
		uring_close(&ring[i]);
	CHECK_OK(evt_unbind(s.ports.rx, other));
}
