// SPDX-License-Identifier: MIT
/*
 * The way back in batches: commands are stored in the consumer's page, and one
 * call has them all taken. Without a command ring in the driver the page is our
 * own, and each call of the classic interface does what it can.
 */
#include <errno.h>
#include "device.h"
#include "handle.h"

#define POLLER_IDLE_US	1000
#define KNOWN_COMMANDS	(EVTMMAP_REARM | EVTMMAP_NOTIFY | EVTMMAP_SPURIOUS)

/* An adopted page may hold commands that nobody has had taken yet, or anything. */
void queue_open(struct evtmmap *h)
{
	h->command_head = &h->local_head;
	if (h->header && h->header->features & EVTMMAP_FEAT_COMMANDS)
		h->command_head = &h->header->command_head;
	h->command_tail = ring_read(&h->ring.page->command_tail);
	if (queue_length(h) > EVTMMAP_COMMANDS)
		h->command_tail = ring_command_head(h->command_head);
}

static void note_error(struct evtmmap *h, int error)
{
	if (!h->command_error)
		h->command_error = error;
}

/*
 * Has all taken that is queued, and waits for @timeout ns, if it is not negative.
 * Returns 1, -errno, or 0 if it did not wait because of a command that fails,
 * which is noted.
 *
 * The time is a duration: there is no point in time that a driver and a program
 * in a time namespace agree on. What stops us and is no signal's handler makes
 * the call begin again, with what was left of it: to_submit says how much.
 */
int queue_enter(struct evtmmap *h, __u32 min_complete, int64_t timeout)
{
	__u32 head = ring_command_head(h->command_head);
	struct evtmmap_enter arg = {
		.to_submit = h->command_tail - head,
		.min_complete = min_complete,
	};
	int ret;

	if (h->polled && ring_poller_sleeps(h->header))
		arg.flags = EVTMMAP_ENTER_WAKEUP;
	if (timeout >= 0) {
		arg.flags |= EVTMMAP_ENTER_TIMEOUT;
		arg.timeout = (__u64)timeout;
	}
	ret = device_ioctl(h, EVTMMAP_IOC_ENTER, &arg);
	if (ret >= 0)
		return (__u32)ret == arg.to_submit;
	if (ret == -EINTR || ring_command_head(h->command_head) == head)
		return ret;
	/* With a poller it is the driver's count that says so, whoever took it. */
	if (!h->polled)
		note_error(h, ret);
	return 0;
}

/* What a driver without a command ring makes of ours: rearms first, as there. */
static int flush_classic(struct evtmmap *h)
{
	__u32 ports[EVTMMAP_COMMANDS], n = 0, at;
	__u64 *command = h->ring.page->command;
	int ret = 0;

	for (at = h->local_head; at != h->command_tail; at++)
		if (EVTMMAP_COMMAND_OP(command[at % EVTMMAP_COMMANDS]) & EVTMMAP_REARM)
			ports[n++] = EVTMMAP_COMMAND_PORT(command[at % EVTMMAP_COMMANDS]);
	if (n)
		ret = rearm_ports(h, ports, n);
	if (ret < 0)
		return ret;
	for (at = h->local_head; at != h->command_tail; at++) {
		if (!(EVTMMAP_COMMAND_OP(command[at % EVTMMAP_COMMANDS]) & EVTMMAP_NOTIFY))
			continue;
		ret = evtmmap_notify(h, EVTMMAP_COMMAND_PORT(command[at % EVTMMAP_COMMANDS]));
		if (ret < 0)
			note_error(h, ret);
	}
	h->local_head = h->command_tail;
	return 0;
}

/* All that is queued is taken when this returns 0. */
int queue_flush(struct evtmmap *h)
{
	int ret = 0;

	if (!queue_can_enter(h))
		return queue_length(h) ? flush_classic(h) : 0;
	while (ret >= 0 && queue_length(h))
		ret = queue_enter(h, 0, -1);
	return ret < 0 ? ret : 0;
}

/* A poller sees by itself what is queued, unless it sleeps. */
int queue_pass_on(struct evtmmap *h)
{
	__u64 errors;
	int ret = 0;

	if (!h->polled)
		return queue_flush(h);
	if (queue_length(h) && ring_poller_sleeps(h->header))
		ret = queue_enter(h, 0, -1);
	errors = ring_read(&h->header->command_errors);
	if (errors != h->errors_seen)
		note_error(h, -(int)ring_read(&h->header->command_error));
	h->errors_seen = errors;
	return ret < 0 ? ret : 0;
}

/* A poller that is awake makes room by itself. */
static int make_room(struct evtmmap *h)
{
	if (!h->polled || ring_poller_sleeps(h->header))
		return queue_flush(h);
	spin_relax();
	return 0;
}

int evtmmap_queue(struct evtmmap *h, unsigned int port, unsigned int what)
{
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	if (port >= EVTMMAP_PORT_LIMIT || what & ~KNOWN_COMMANDS ||
	    !(what & (EVTMMAP_REARM | EVTMMAP_NOTIFY)) ||
	    (what & (EVTMMAP_SPURIOUS | EVTMMAP_REARM)) == EVTMMAP_SPURIOUS)
		return -EINVAL;
	while (queue_length(h) == EVTMMAP_COMMANDS) {
		ret = make_room(h);
		if (ret < 0)
			return ret;
	}
	ring_command(h->ring.page, h->command_tail++, EVTMMAP_COMMAND(what, port));
	return 0;
}

int evtmmap_submit(struct evtmmap *h)
{
	int ret = handle_error(h);

	if (ret < 0)
		return ret;
	ret = queue_pass_on(h);
	if (ret == 0) {
		ret = h->command_error;
		h->command_error = 0;
	}
	return ret;
}

int evtmmap_start_poller(struct evtmmap *h, const struct evtmmap_poller_options *options)
{
	struct evtmmap_poller arg = { 0 };
	int ret = handle_error(h);

	if (ret == 0 && options && options->size < sizeof(*options))
		ret = -EINVAL;
	if (ret == 0 && options && options->share)
		ret = handle_error(options->share);
	if (ret < 0)
		return ret;
	if (!queue_can_enter(h) || !(h->header->features & EVTMMAP_FEAT_POLLER))
		return -EOPNOTSUPP;
	arg.idle_us = options ? options->idle_us : POLLER_IDLE_US;
	if (options && options->cpu >= 0) {
		arg.flags |= EVTMMAP_POLLER_CPU;
		arg.cpu = (__u32)options->cpu;
	}
	if (options && options->share) {
		arg.flags |= EVTMMAP_POLLER_SHARE;
		arg.fd = options->share->fd;
	}
	ret = device_ioctl(h, EVTMMAP_IOC_POLLER, &arg);
	if (ret < 0)
		return ret;
	h->errors_seen = ring_read(&h->header->command_errors);
	h->polled = true;
	return 0;
}
