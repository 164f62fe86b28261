// SPDX-License-Identifier: GPL-2.0
/* The commands of ioctl(), those that are none, and those of 32-bit programs. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <xen/evtchn_command.h>
#include <xen/evtchn_mmap.h>

#include "fuzz.h"
#include "int80.h"

static long call(struct fuzz_thread *t, int fd, unsigned long cmd, void *arg)
{
	return fuzz_note(t, fd, cmd, (long)arg, ioctl(fd, cmd, arg));
}

static long command(struct fuzz_thread *t, int fd, unsigned long cmd, uint32_t word)
{
	long rc;

	t->page[0] = word;
	rc = call(t, fd, cmd, t->page);
	t->trace[t->step % FUZZ_TRACE].arg[2] = word;
	return rc;
}

static long notify(struct fuzz_thread *t)
{
	int fd;
	uint32_t port = fuzz_port_of(t, &fd);

	return command(t, fd, EVT_NOTIFY, port);
}

/* Half of the time others go on believing in the port. */
static long unbind(struct fuzz_thread *t)
{
	int fd;
	uint32_t port = fuzz_port_of(t, &fd);
	bool forget = fuzz_one_in(t, 2);
	long rc = command(t, fd, EVT_UNBIND, port);

	if (!rc && forget)
		fuzz_forget_port(port);
	return rc;
}

static long reset(struct fuzz_thread *t)
{
	return command(t, fuzz_file(t), EVT_RESET, 0);
}

static long resync(struct fuzz_thread *t)
{
	return command(t, fuzz_file(t), EVTMMAP_IOC_RESYNC, 0);
}

/* On a file that nobody else has: it cannot be undone. */
static long restrict_one(struct fuzz_thread *t)
{
	int fd = open(EVT_NODE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	static const unsigned long then[] = {
		EVT_RESTRICT, EVT_BIND_UNBOUND, EVT_BIND_VIRQ, EVT_RESET,
	};
	long rc;

	*(uint16_t *)t->page = fuzz_one_in(t, 2) ? 1 : fuzz_word(t);
	rc = call(t, fd, EVT_RESTRICT, t->page);
	t->page[0] = fuzz_word(t);
	ioctl(fd, then[fuzz_below(t, 4)], t->page);
	close(fd);
	return rc;
}

/*
 * Any command of any size and kind; those that would bind something are left to
 * their own steps, which know what they may ask for.
 */
static unsigned long any_command(struct fuzz_thread *t)
{
	unsigned long cmd = fuzz_random(t);

	if (fuzz_one_in(t, 2))
		cmd = _IOC(fuzz_below(t, 4), 'E', fuzz_word(t) & 0xff,
			   fuzz_below(t, 16));
	switch (cmd) {
	case EVT_BIND_VIRQ:
	case EVT_BIND_INTERDOMAIN:
	case EVT_BIND_UNBOUND:
	case EVT_BIND_STATIC:
	case EVT_RESTRICT:
	case EVTMMAP_IOC_BIND_VIRQ:
		return cmd + 0x100;
	default:
		return cmd;
	}
}

static long unknown(struct fuzz_thread *t)
{
	t->page[0] = fuzz_port(t);
	t->page[1] = fuzz_word(t);
	return call(t, fuzz_file(t), any_command(t), fuzz_buffer(t, 8));
}

/* A command there is, with an argument that may not be. */
static long bad_argument(struct fuzz_thread *t)
{
	static const unsigned long commands[] = {
		EVT_UNBIND, EVT_NOTIFY, EVT_RESET, EVTMMAP_IOC_RESYNC,
		EVT_NOTIFY, EVT_UNBIND,
	};

	t->page[0] = fuzz_port(t);
	return call(t, fuzz_file(t), commands[fuzz_below(t, 6)],
		    fuzz_buffer(t, 4));
}

/* As a 32-bit program enters the kernel, with what such a register can hold. */
static long compat(struct fuzz_thread *t)
{
	static const unsigned int commands[] = {
		EVT_UNBIND, EVT_NOTIFY, EVT_NOTIFY, EVT_RESET, EVTMMAP_IOC_RESYNC,
	};
	unsigned int cmd = fuzz_one_in(t, 4) ? any_command(t) :
					       commands[fuzz_below(t, 5)];
	uint32_t arg = fuzz_one_in(t, 4) ? fuzz_word(t) : (uintptr_t)t->page;
	int fd = fuzz_file(t);
	long rc;

	t->page[0] = fuzz_port(t);
	rc = int80_ioctl(fd, cmd, arg);
	errno = rc < 0 ? errno : 0;
	return fuzz_note(t, fd, cmd, arg, rc);
}

/* It never waits for long, whatever else it says. */
static long enter(struct fuzz_thread *t)
{
	struct evtmmap_enter *arg = (void *)t->page;

	*arg = (struct evtmmap_enter){
		.to_submit = fuzz_one_in(t, 4) ? fuzz_word(t) : fuzz_below(t, 300),
		.min_complete = fuzz_one_in(t, 8) ? fuzz_word(t) : fuzz_below(t, 3),
		.flags = EVTMMAP_ENTER_TIMEOUT |
			 (fuzz_one_in(t, 8) ? fuzz_word(t) : fuzz_below(t, 8)),
		.timeout = fuzz_below(t, 2000000),
		.sigset_size = fuzz_one_in(t, 8) ? fuzz_below(t, 16) & ~7U : 0,
		.sigset = (uintptr_t)(t->page + 16),
	};
	return call(t, fuzz_file(t), EVTMMAP_IOC_ENTER,
		    fuzz_one_in(t, 16) ? fuzz_buffer(t, sizeof(*arg)) : arg);
}

static long poller(struct fuzz_thread *t)
{
	struct evtmmap_poller *arg = (void *)t->page;

	*arg = (struct evtmmap_poller){
		.flags = fuzz_one_in(t, 8) ? fuzz_word(t) : fuzz_below(t, 4),
		.cpu = fuzz_below(t, 4),
		.idle_us = fuzz_one_in(t, 8) ? fuzz_word(t) : fuzz_below(t, 500),
		.fd = fuzz_one_in(t, 8) ? (int)fuzz_word(t) : fuzz_file(t),
	};
	return call(t, fuzz_file(t), EVTMMAP_IOC_POLLER, arg);
}

static long option(struct fuzz_thread *t)
{
	static const unsigned long commands[] = {
		EVTMMAP_IOC_REARM, EVTMMAP_IOC_EARLY_EOI, EVTMMAP_IOC_AFFINITY,
		EVTMMAP_IOC_PRIORITY,
	};

	t->page[0] = fuzz_port(t);
	t->page[1] = fuzz_one_in(t, 4) ? fuzz_word(t) : fuzz_below(t, 5);
	return call(t, fuzz_file(t), commands[fuzz_below(t, 4)], t->page);
}

const struct fuzz_op fuzz_call_ops[] = {
	{ "ENTER", 120, enter },
	{ "POLLER", 10, poller },
	{ "port_option", 60, option },
	{ "NOTIFY", 240, notify },
	{ "UNBIND", 25, unbind },
	{ "RESET", 8, reset },
	{ "RESYNC", 8, resync },
	{ "RESTRICT_DOMID", 3, restrict_one },
	{ "ioctl_unknown", 25, unknown },
	{ "ioctl_bad_argument", 25, bad_argument },
	{ "ioctl_compat", 25, compat },
	{ 0 },
};
