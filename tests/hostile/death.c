// SPDX-License-Identifier: GPL-2.0
/* Processes that end in the middle of everything, and a module that may not. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "frame.h"
#include "proc.h"

#define PAGE	CONSUMER_PAGE

static struct consumer doomed;

static void doomed_thread(void *arg)
{
	struct loop l;

	switch ((long)arg) {
	case 0:
		getrandom(doomed.page, PAGE, 0);
		break;
	case 1:
		ioctl(doomed.fd, EVTMMAP_IOC_RESYNC);
		break;
	case 2:
		l = loop_bind(doomed.fd, doomed.fd);
		evt_notify(doomed.fd, l.a);
		evt_unbind(doomed.fd, l.a);
		evt_unbind(doomed.fd, l.b);
		break;
	case 3:
		evt_poll(doomed.fd, 1);
		break;
	default:
		doomed = (consumer_close(&doomed), consumer_open(doomed.fd));
	}
}

static void doomed_process(void)
{
	struct bundle s;
	long i;

	proc_set_name("doomed");
	bundle_open(&s, 4);
	doomed = consumer_open(s.rx);
	doomed.keep = true;
	for (i = 0; i < 4; i++)
		meanwhile(doomed_thread, (void *)i);
	for (;;) {
		bundle_fire_all(&s);
		bundle_rearm_all(&s);
	}
}

/* Whatever it had is given back: no interrupt is left of it. */
HOSTILE(kill_9_in_the_middle_of_everything)
{
	pid_t pid;
	int i;

	for (i = 0; i < 8 || going(); i++) {
		pid = CHECK_OK(fork());
		if (!pid)
			doomed_process();
		while (!proc_count("/proc/interrupts", "evtchn:doomed"))
			usleep(1000);
		usleep(random() % 20000);
		kill(pid, SIGKILL);
		tap_reap_signal(pid, SIGKILL);
		CHECK_EQ(proc_count("/proc/interrupts", "evtchn:doomed"), 0);
		flow();
	}
}

HOSTILE(exit_while_the_page_is_scribbled_on)
{
	struct bundle s;
	pid_t pid;

	while (going()) {
		pid = CHECK_OK(fork());
		if (!pid) {
			bundle_open(&s, 4);
			doomed = consumer_open(s.rx);
			meanwhile(doomed_thread, NULL);
			bundle_fire_all(&s);
			_exit(0);
		}
		tap_reap(pid);
		flow();
	}
}

/* Stopped, not dead: its ports fire once each and stay masked. */
HOSTILE(process_that_is_stopped)
{
	struct bundle s;
	uint32_t prod;
	struct consumer c;
	pid_t pid;

	bundle_open(&s, 4);
	c = consumer_open(s.rx);
	pid = CHECK_OK(fork());
	if (!pid)
		for (;;)
			evt_poll(s.rx, 1);
	kill(pid, SIGSTOP);
	prod = c.pos + s.n;
	while (going()) {
		bundle_fire_all(&s);
		flow();
	}
	CHECK_EQ(load_acquire(&c.header->prod), prod);
	kill(pid, SIGKILL);
	tap_reap_signal(pid, SIGKILL);
	mapped_take_each(&c, &s);
}

/* A core holds none of it (VM_DONTDUMP); the dump has to find its way past. */
HOSTILE(core_dump_with_the_ring_mapped)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid;

	while (going()) {
		pid = CHECK_OK(fork());
		if (!pid) {
			consumer_open(mine.rx);
			CHECK_OK(chdir("/dev/shm"));
			CHECK_OK(setrlimit(RLIMIT_CORE, &all));
			signal(SIGABRT, SIG_DFL);
			abort();
		}
		tap_reap_signal(pid, SIGABRT);
		flow();
	}
	unlink("/dev/shm/core");
}

HOSTILE(module_in_use_does_not_unload)
{
	while (going()) {
		CHECK_ERR(syscall(SYS_delete_module, EVT_MODULE, O_NONBLOCK), EAGAIN);
		flow();
	}
}

/* The same with nobody but a mapping left of the last file. */
CASE(module_does_not_unload_under_a_mapping)
{
	int fd = evt_open(0), before;
	struct consumer c = consumer_open(fd);
	FILE *f;

	close(fd);
	CHECK_ERR(syscall(SYS_delete_module, EVT_MODULE, O_NONBLOCK), EAGAIN);
	f = fopen("/sys/module/" EVT_MODULE "/refcnt", "r");
	CHECK(f && fscanf(f, "%d", &before) == 1);
	CHECK_GE(before, 1);
	fclose(f);
	CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
}
