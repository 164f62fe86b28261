// SPDX-License-Identifier: GPL-2.0
/* The ring's own pages as the buffers of system calls. */
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE

static void noise(void *arg)
{
	CHECK_OK(getrandom(arg, PAGE, 0));
}

/* Ports of another file are read into the page, over cons and all. */
HOSTILE(read_into_the_consumers_page)
{
	uint32_t *to = (uint32_t *)ring.page;
	uint32_t i;

	while (going()) {
		i = random() % (PAGE / 4 - 2);
		bundle_fire(&other, 0);
		evt_wait(other.rx);
		CHECK_EQ(CHECK_OK(read(other.rx, to + i, 8)), 4);
		CHECK_EQ(to[i], other.b[0]);
		evt_unmask(other.rx, other.b[0]);
		CHECK_ERR(read(mine.rx, to, PAGE), EBUSY);
		flow_silently();
	}
}

/* A page that cannot be written takes no event out of the ring. */
HOSTILE(read_into_a_kernel_page)
{
	while (going()) {
		bundle_fire(&other, 1);
		evt_wait(other.rx);
		CHECK_ERR(read(other.rx, ring.header, PAGE), EFAULT);
		CHECK_ERR(read(other.rx, (void *)ring.slots, 4), EFAULT);
		CHECK_ERR(getrandom(ring.header, 4, 0), EFAULT);
		evt_cycle(other.rx, other.b[1]);
		flow();
	}
}

/* Slots are tags and ports: every second word is a port that gets rearmed. */
HOSTILE(write_from_the_slots)
{
	while (going()) {
		bundle_fire_all(&mine);
		CHECK_EQ(write(mine.rx, ring.slots, PAGE), PAGE);
		CHECK_EQ(write(mine.rx, ring.header, PAGE), PAGE);
	}
}

HOSTILE(write_from_a_page_that_changes)
{
	meanwhile(noise, ring.page);
	meanwhile(noise, ring.page);
	while (going()) {
		CHECK_EQ(write(mine.rx, ring.page, PAGE), PAGE);
		CHECK_EQ(write(mine.rx, ring.page, 4), 4);
		flow_silently();
	}
	end_threads();
}

/* Bound to nothing, whatever they say; the top bits keep them off real ports. */
static void big_numbers(void *arg)
{
	uint32_t *words = arg, i;

	for (i = 0; i < 200; i++)
		store(&words[i], (uint32_t)random() | 1U << (17 + random() % 15));
}

HOSTILE(ioctl_arguments_that_change)
{
	static const unsigned int cmds[] = {
		EVT_BIND_VIRQ, EVT_BIND_INTERDOMAIN, EVT_UNBIND, EVT_NOTIFY,
		EVT_BIND_STATIC,
	};
	uint32_t *words = (uint32_t *)ring.page, i;

	big_numbers(words);
	meanwhile(big_numbers, words);
	for (i = 0; going(); i++) {
		CHECK(ioctl(mine.rx, cmds[i % 5], &words[random() % 190]) < 0);
		/* Not aligned either. */
		CHECK(ioctl(mine.rx, EVT_NOTIFY,
			    (char *)words + 1 + random() % 700) < 0);
		CHECK_ERR(ioctl(mine.rx, EVT_UNBIND, ring.header), EINVAL);
		flow_silently();
	}
	end_threads();
}

/* A domain's number, or rather not: RESTRICT reads two bytes. */
HOSTILE(restrict_argument_that_changes)
{
	int fd;

	meanwhile(noise, ring.page);
	while (going()) {
		fd = evt_open(0);
		ioctl(fd, EVT_RESTRICT, (char *)ring.page + random() % 4000);
		close(fd);
		flow_silently();
	}
	end_threads();
}

HOSTILE(poll_and_epoll_answer_into_the_page)
{
	struct pollfd *fds = (struct pollfd *)ring.page;
	struct epoll_event event = { .events = EPOLLIN };
	int ep = CHECK_OK(epoll_create1(0)), i;

	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_ADD, mine.rx, &event));
	for (i = 0; going(); i = (i + 1) % 300) {
		fds[i] = (struct pollfd){ .fd = mine.rx, .events = POLLIN };
		CHECK_OK(poll(fds + i, 1, 0));
		CHECK_OK(epoll_wait(ep, (struct epoll_event *)(fds + i), 4, 0));
		CHECK_ERR(poll((struct pollfd *)ring.header, 1, 0), EFAULT);
		flow_silently();
	}
}

/* Pages in a pipe are held by it, whatever becomes of the file. */
HOSTILE(vmsplice_outlives_the_file)
{
	static uint32_t out[PAGE];
	struct iovec iov[3];
	struct consumer c;
	int pipes[2];

	while (going()) {
		CHECK_OK(pipe2(pipes, O_NONBLOCK));
		c = consumer_open(evt_open(0));
		iov[0] = (struct iovec){ c.header, PAGE };
		iov[1] = (struct iovec){ c.page, PAGE };
		iov[2] = (struct iovec){ (void *)c.slots, PAGE };
		CHECK_EQ(vmsplice(pipes[1], iov, 3, random() % 2 ?
				  SPLICE_F_GIFT : 0), 3 * PAGE);
		close(c.fd);
		consumer_close(&c);
		flow();
		CHECK_EQ(read(pipes[0], out, sizeof(out)), 3 * PAGE);
		CHECK_EQ(out[0], EVTMMAP_MAGIC);
		close(pipes[0]);
		close(pipes[1]);
	}
}

HOSTILE(vmsplice_into_the_pages)
{
	struct iovec page = { ring.page, PAGE }, header = { ring.header, PAGE };
	char noise[64] = "noise";
	int pipes[2];

	CHECK_OK(pipe2(pipes, O_NONBLOCK));
	while (going()) {
		CHECK_EQ(write(pipes[1], noise, 64), 64);
		CHECK(vmsplice(pipes[0], &header, 1, 0) <= 0);
		CHECK(read(pipes[0], (void *)ring.slots, 64) < 0);
		CHECK_GE(vmsplice(pipes[0], &page, 1, 0), 1);
		flow_silently();
	}
}

/* The file is no place for data that others move. */
HOSTILE(splice_and_sendfile_of_the_file)
{
	int pipes[2], zero = CHECK_OK(open("/dev/zero", O_RDONLY));

	CHECK_OK(pipe2(pipes, O_NONBLOCK));
	while (going()) {
		CHECK(splice(mine.rx, NULL, pipes[1], NULL, PAGE, SPLICE_F_NONBLOCK) <= 0);
		CHECK(splice(pipes[0], NULL, mine.rx, NULL, PAGE, SPLICE_F_NONBLOCK) <= 0);
		CHECK(sendfile(pipes[1], mine.rx, NULL, PAGE) <= 0);
		sendfile(mine.rx, zero, NULL, PAGE);
		CHECK(copy_file_range(mine.rx, NULL, zero, NULL, PAGE, 0) <= 0);
		CHECK(lseek(mine.rx, 0, SEEK_SET) < 0);
		CHECK(pread(mine.rx, &zero, 4, 0) < 0);
		flow();
	}
}

static void wake_waiters(void *arg)
{
	syscall(SYS_futex, arg, FUTEX_WAKE, 10, NULL, NULL, 0);
}

/* To sleep on a word of the ring is nobody else's affair. */
HOSTILE(futex_on_the_pages)
{
	uint32_t *words[] = { &ring.page->cons, &ring.header->prod,
			      (uint32_t *)ring.slots };
	struct timespec ts = { 0, 500000 };
	int i;

	meanwhile(wake_waiters, &ring.page->cons);
	for (i = 0; going(); i++) {
		CHECK(syscall(SYS_futex, words[i % 3], FUTEX_WAIT,
			      load_acquire(words[i % 3]), &ts, NULL, 0) <= 0);
		CHECK(syscall(SYS_futex, words[i % 3], FUTEX_LOCK_PI, 0, &ts) < 0);
		ring.page->cons = 0;
		flow_silently();
	}
	end_threads();
}

/* The kernel clears this word when the thread ends, and wakes whoever waits. */
static int dies_at_once(void *arg)
{
	CHECK_OK(syscall(SYS_set_tid_address, arg));
	return 0;
}

HOSTILE(thread_id_address_in_the_page)
{
	pid_t pid;

	while (going()) {
		pid = CHECK_OK(fork());
		if (!pid) {
			struct consumer c = consumer_open(mine.rx);

			dies_at_once(&c.page->cons);
			_exit(0);
		}
		tap_reap(pid);
		flow_silently();
	}
}
