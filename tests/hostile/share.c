// SPDX-License-Identifier: GPL-2.0
/* One file in many hands: each of them may be a fool. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "frame.h"
#include "pass.h"

#define NOBODY	65534

/* Somebody else has the descriptor, maps it, and writes what he likes. */
static void fool(int fd, bool resyncs)
{
	struct consumer c = consumer_open(fd);
	uint32_t port;

	for (;;) {
		CHECK_EQ(getrandom(c.page, CONSUMER_PAGE, 0), CONSUMER_PAGE);
		evt_poll(fd, 0);
		consumer_peek(&c, &port);
		if (resyncs && ioctl(fd, EVTMMAP_IOC_RESYNC) == 0)
			c = (consumer_close(&c), consumer_open(fd));
	}
}

static void end_of(pid_t pid)
{
	kill(pid, SIGKILL);
	tap_reap_signal(pid, SIGKILL);
}

HOSTILE(two_processes_map_one_file)
{
	pid_t pid = CHECK_OK(fork());

	if (!pid)
		fool(mine.rx, false);
	while (going())
		flow_silently();
	end_of(pid);
}

HOSTILE(two_processes_resync_one_file)
{
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		store(&map_consumer(mine.rx)->cons, 0);
		for (;;)
			CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
	}
	while (going()) {
		bundle_fire_all(&mine);
		CHECK_OK(ioctl(mine.rx, EVTMMAP_IOC_RESYNC));
		bundle_rearm_all(&mine);
	}
	end_of(pid);
}

/* He could not have opened the device himself. */
HOSTILE(descriptor_sent_to_a_stranger)
{
	int pair[2];
	pid_t pid;

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK_OK(close_range(3, pair[1] - 1, 0));
		CHECK_OK(setgid(NOBODY));
		CHECK_OK(setuid(NOBODY));
		CHECK_ERR(open(EVT_NODE, O_RDWR), EACCES);
		fool(receive_fd(pair[1]), true);
	}
	send_fd(pair[0], mine.rx);
	while (going()) {
		bundle_fire_all(&mine);
		bundle_rearm_all(&mine);
	}
	end_of(pid);
}

/* In flight in a socket that nobody will ever read. */
HOSTILE(descriptor_sent_and_never_received)
{
	int pair[2], i;

	while (going()) {
		CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
		for (i = 0; i < 5; i++)
			send_fd(pair[0], mine.rx);
		/*
		 * The socket itself as well: only the collector finds that, and
		 * it looks when another socket goes.
		 */
		send_fd(pair[0], pair[1]);
		close(pair[1]);
		close(pair[0]);
		flow();
	}
}

HOSTILE(descriptor_taken_by_pidfd)
{
	pid_t pid = CHECK_OK(fork());
	int pidfd, fd;

	if (!pid) {
		pidfd = CHECK_OK(syscall(SYS_pidfd_open, getppid(), 0));
		fd = CHECK_OK(syscall(SYS_pidfd_getfd, pidfd, mine.rx, 0));
		fool(fd, false);
	}
	while (going())
		flow_silently();
	end_of(pid);
}

HOSTILE(descriptor_duplicated_and_mapped_by_each)
{
	struct consumer c[10];
	int i;

	for (i = 0; i < 10; i++) {
		c[i] = consumer_open(CHECK_OK(dup(mine.rx)));
		close(c[i].fd);
	}
	while (going()) {
		store(&c[random() % 10].page->cons, random());
		CHECK_EQ(ring.page->cons, c[0].page->cons);
		flow_silently();
	}
	for (i = 0; i < 10; i++)
		consumer_close(&c[i]);
}

static void child_faults(const volatile void *p)
{
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		_exit(*(const volatile char *)p);
	}
	tap_reap_signal(pid, SIGSEGV);
}

HOSTILE(fork_inherits_no_mapping)
{
	unsigned char vec[1];
	pid_t pid;

	child_faults(ring.header);
	child_faults(ring.page);
	child_faults(ring.slots);
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK_ERR(mincore(ring.header, CONSUMER_PAGE, vec), ENOMEM);
		CHECK_ERR(mincore(ring.page, CONSUMER_PAGE, vec), ENOMEM);
		CHECK_ERR(mincore((void *)ring.slots, CONSUMER_PAGE, vec), ENOMEM);
		_exit(0);
	}
	tap_reap(pid);
}

static void fork_and_exit(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (!pid) {
		consumer_open(mine.rx);
		_exit(0);
	}
	if (pid > 0)
		tap_reap(pid);
}

HOSTILE(forks_while_events_flow)
{
	meanwhile(fork_and_exit, NULL);
	while (going())
		flow();
	end_threads();
}

/* By the user's own wish a child may have it; its kernel pages stay read-only. */
HOSTILE(fork_inherits_on_demand)
{
	pid_t pid;

	if (madvise(ring.page, CONSUMER_PAGE, MADV_DOFORK))
		CHECK_EQ(errno, EINVAL);
	madvise(ring.header, CONSUMER_PAGE, MADV_DOFORK);
	pid = CHECK_OK(fork());
	if (!pid) {
		if (mprotect(ring.header, CONSUMER_PAGE, PROT_READ | PROT_WRITE))
			CHECK(errno == EACCES || errno == ENOMEM);
		else
			CHECK(!"the header can be written");
		for (;;)
			getrandom(ring.page, CONSUMER_PAGE, 0);
	}
	while (going())
		flow_silently();
	end_of(pid);
}

/* Behind exec: the file is there, the mapping is not; it scribbles again. */
static int scribble_after_exec(int fd)
{
	struct consumer c;

	CHECK_ERR(read(fd, &c, sizeof(uint32_t)), EBUSY);
	c = consumer_open(fd);
	getrandom(c.page, CONSUMER_PAGE, 0);
	return 0;
}

/* Maps, closes and holds: for the job, which tries to unload the module. */
static int hold_a_mapping(void)
{
	int fd = evt_open(0);
	struct consumer c = consumer_open(fd);

	close(fd);
	puts("held");
	fflush(stdout);
	for (;;) {
		pause();
		CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
	}
}

int tap_exec(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[0], "scribble"))
		return scribble_after_exec(atoi(argv[1]));
	if (argc == 1 && !strcmp(argv[0], "hold"))
		return hold_a_mapping();
	return 2;
}

static void exec_again(void *arg)
{
	char fd[16];
	pid_t pid = vfork();

	(void)arg;
	if (!pid) {
		snprintf(fd, sizeof(fd), "%d", mine.rx);
		execl("/proc/self/exe", "hostile", TAP_EXEC, "scribble", fd, NULL);
		_exit(1);
	}
	if (pid > 0)
		tap_reap(pid);
}

HOSTILE(exec_maps_it_again)
{
	meanwhile(exec_again, NULL);
	while (going())
		flow_silently();
	end_threads();
}
