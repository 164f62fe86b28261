// SPDX-License-Identifier: GPL-2.0
/* How long a mapping lives, and who else may have one. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bundle.h"
#include "pass.h"

#define PAGE	CONSUMER_PAGE

static void child_faults(const volatile void *p)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(*(const volatile char *)p);
	CHECK_OK(waitpid(pid, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

CASE(fork_does_not_inherit)
{
	struct consumer c = consumer_open(evt_open(0));
	unsigned char vec[1];
	pid_t pid;

	child_faults(c.header);
	child_faults(c.page);
	child_faults(c.slots);
	pid = fork();
	if (!pid) {
		CHECK_ERR(mincore(c.header, PAGE, vec), ENOMEM);
		CHECK_ERR(mincore(c.page, PAGE, vec), ENOMEM);
		CHECK_ERR(mincore((void *)c.slots, PAGE, vec), ENOMEM);
		_exit(0);
	}
	tap_reap(pid);
}

/* MADV_DOFORK undoes that by the user's own wish; it stays read-only. */
CASE(fork_inherits_on_demand_read_only)
{
	struct consumer c = consumer_open(evt_open(0));
	pid_t pid;

	CHECK_OK(madvise(c.header, PAGE, MADV_DOFORK));
	pid = fork();
	if (!pid) {
		CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
		CHECK_ERR(mprotect(c.header, PAGE, PROT_READ | PROT_WRITE), EACCES);
		_exit(0);
	}
	tap_reap(pid);
}

CASE(munmap_of_a_part_leaves_the_rest)
{
	struct bundle s;
	struct consumer c;

	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	CHECK_OK(munmap((void *)c.slots, PAGE));
	child_faults(c.slots);
	/* The second copy of the slots is still there. */
	c.slots += PAGE / sizeof(*c.slots);
	mapped_all_alive(&c, &s);
	CHECK_OK(munmap((void *)c.slots, PAGE));
	CHECK_OK(munmap(c.header, PAGE));
	bundle_fire(&s, 0);
	CHECK_OK(evt_unbind(s.rx, s.b[0]));
}

CASE(mapping_outlives_close)
{
	struct bundle s;
	struct consumer c;
	uint32_t port;

	bundle_open(&s, 8);
	c = consumer_open(s.rx);
	bundle_fire_all(&s);
	mapped_take_each(&c, &s);
	bundle_close(&s);
	CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
	CHECK_EQ(EVTMMAP_SLOT_PORT(consumer_slot(&c, c.pos - 1)) < EVTMMAP_PORT_SPECIAL, 1);
	CHECK(!consumer_peek(&c, &port));
	c.page->cons = 12345;
	c.page->wake = 12345;
	consumer_close(&c);
}

/* Many short lives: whatever is left behind adds up. */
CASE_LIMIT(mapping_and_close_many_times, 30)
{
	struct consumer c;
	int i;

	for (i = 0; i < 200; i++) {
		c = consumer_open(evt_open(0));
		if (i % 2)
			CHECK_OK(ioctl(c.fd, EVTMMAP_IOC_RESYNC));
		close(c.fd);
		CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
		consumer_close(&c);
	}
}

CASE(another_process_maps_the_same_ring)
{
	struct bundle s;
	struct consumer c, other;
	uint32_t base;
	int pair[2];
	pid_t pid;

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	pid = fork();
	if (!pid) {
		other = consumer_open(receive_fd(pair[1]));
		CHECK_EQ(read(pair[1], &base, sizeof(base)), sizeof(base));
		mapped_take(&other);
		CHECK_EQ(other.page->cons, base + 2);
		_exit(0);
	}
	/* Bound after the fork: only the message carries them over. */
	bundle_open(&s, 1);
	c = consumer_open(s.rx);
	base = c.page->cons;
	CHECK_EQ(load_acquire(&c.header->prod), base);
	mapped_all_alive(&c, &s);
	bundle_fire(&s, 0);
	send_fd(pair[0], s.rx);
	CHECK_EQ(write(pair[0], &base, sizeof(base)), sizeof(base));
	tap_reap(pid);
	CHECK_EQ(c.page->cons, base + 2);
	CHECK_EQ(load_acquire(&c.header->prod), base + 2);
}

/* Behind exec: the file is there, the mapping is not, the ring goes on. */
int tap_exec(int argc, char **argv)
{
	struct consumer c;
	uint32_t a, b;

	if (argc != 4)
		return 2;
	a = strtoul(argv[1], NULL, 10);
	b = strtoul(argv[2], NULL, 10);
	c = consumer_open(atoi(argv[0]));
	CHECK_EQ(c.page->cons, strtoul(argv[3], NULL, 10));
	mapped_expect(&c, b);
	evt_unmask(c.fd, b);
	CHECK_OK(evt_notify(c.fd, a));
	mapped_expect(&c, b);
	CHECK_ERR(read(c.fd, &a, sizeof(a)), EBUSY);
	return 0;
}

CASE(exec_keeps_the_ring)
{
	char fd[16], a[16], b[16], cons[16];
	struct loop l = loop_open();
	struct consumer c = consumer_open(l.fd);

	loop_fire(&l);
	mapped_expect(&c, l.b);
	evt_unmask(l.fd, l.b);
	loop_fire(&l);
	snprintf(fd, sizeof(fd), "%d", l.fd);
	snprintf(a, sizeof(a), "%u", l.a);
	snprintf(b, sizeof(b), "%u", l.b);
	snprintf(cons, sizeof(cons), "%u", c.pos);
	execl("/proc/self/exe", "mapped", TAP_EXEC, fd, a, b, cons, NULL);
	CHECK_OK(-1);
}
