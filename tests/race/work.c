// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdlib.h>

#include "work.h"

void work_queue(struct evtmmap_consumer *page, uint32_t op, uint32_t port)
{
	uint32_t tail = __atomic_load_n(&page->command_tail, __ATOMIC_RELAXED);

	__atomic_store_n(&page->command[tail % EVTMMAP_COMMANDS],
			 EVTMMAP_COMMAND(op, port), __ATOMIC_RELAXED);
	/* O, matches P */
	__atomic_store_n(&page->command_tail, tail + 1, __ATOMIC_RELEASE);
}

static uint64_t any_command(const uint32_t *ports, uint32_t n, unsigned int *seed)
{
	switch (rand_r(seed) % 4) {
	case 0:
		return EVTMMAP_COMMAND(rand_r(seed), rand_r(seed));
	case 1:
		return EVTMMAP_COMMAND(rand_r(seed) & WORK_OPS, rand_r(seed));
	default:
		return EVTMMAP_COMMAND(rand_r(seed) & WORK_OPS,
				       ports[rand_r(seed) % n]);
	}
}

void work_scribble(struct evtmmap_consumer *page,
		   const struct evtmmap_header *header, const uint32_t *ports,
		   uint32_t n, unsigned int *seed)
{
	uint32_t head = load_acquire(&header->command_head);
	int i;

	for (i = 0; i < 64; i++)
		__atomic_store_n(&page->command[rand_r(seed) % EVTMMAP_COMMANDS],
				 any_command(ports, n, seed), __ATOMIC_RELAXED);
	/* Mostly one that makes sense, so that commands are taken. */
	store(&page->command_tail, rand_r(seed) % 4 ? head + rand_r(seed) % 257 :
						      (uint32_t)rand_r(seed) << 1);
	store(&page->wake, rand_r(seed) % 4 ? load_acquire(&header->prod) :
					      (uint32_t)rand_r(seed) << 1);
	store(&page->flags, rand_r(seed) & EVTMMAP_C_WAKE_AT);
}

void work_enter(int fd, uint32_t submit, uint32_t min, uint32_t flags,
		unsigned int *seed)
{
	uint64_t set = 1ULL << (SIGUSR2 - 1);
	struct evtmmap_enter arg = {
		.to_submit = submit, .min_complete = min,
		.flags = flags | EVTMMAP_ENTER_TIMEOUT,
		.timeout = rand_r(seed) % 5000000,
	};

	if (rand_r(seed) % 4 == 0) {
		arg.sigset = (uintptr_t)&set;
		arg.sigset_size = sizeof(set);
	}
	if (ioctl(fd, EVTMMAP_IOC_ENTER, &arg) < 0)
		CHECK(errno == EINVAL || errno == ENOTCONN || errno == EINTR);
}

bool work_option(int fd, unsigned long cmd, uint32_t port, uint32_t value)
{
	struct evtmmap_port_option arg = { port, value };
	int rc = ioctl(fd, cmd, &arg);

	if (rc)
		CHECK_EQ(errno, ENOTCONN);
	return !rc;
}

bool work_poller(int fd, int other, unsigned int *seed)
{
	struct evtmmap_poller arg = { .idle_us = rand_r(seed) % 300 };
	int rc;

	if (other >= 0) {
		arg.flags = EVTMMAP_POLLER_SHARE;
		arg.fd = other;
	} else if (rand_r(seed) % 4 == 0) {
		arg.flags = EVTMMAP_POLLER_CPU;
	}
	rc = ioctl(fd, EVTMMAP_IOC_POLLER, &arg);
	/* The other may be closed by now, and its number something else's. */
	if (rc)
		CHECK(other >= 0 && (errno == EBADF || errno == ENXIO));
	return !rc;
}
