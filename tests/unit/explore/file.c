// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <linux/uio.h>

#include "file.h"
#include "mapped.h"

struct evtchn_file file;
struct file filp;
static struct evtchn_port *ports[PORTS];

/**
 * struct wire - a port as Xen and its peer see it
 * @pending: sent, and not yet delivered
 * @masked: delivered, and not yet EOId
 * @running: the handler is being called
 * @open: it was not masked at some moment of that: the interrupt may have come on
 *	another CPU meanwhile, and then the handler is called again without its ack
 * @unplugged: there is no interrupt any more
 * @vcpu: the thread that is its vCPU
 * @expected: how often the peer will send
 * @sent: how often it did
 * @delivered: how often the handler was called
 * @taken: how often the client took it
 * @served: what @sent was then
 */
static struct wire {
	bool pending, masked, running, open, unplugged;
	int vcpu, expected, sent, delivered, taken, served;
} wires[PORTS];
static int nwires;
static bool merge, repeat, replay;

void file_start(u32 nslots, const struct origin *origin, int nports)
{
	int i;

	kernel_begin();
	memset(&file, 0, sizeof(file));
	memset(wires, 0, sizeof(wires));
	filp = (struct file){ .private_data = &file };
	file.filp = &filp;
	ring_start(&file.ring, nslots, origin);
	nwires = nports;
	merge = repeat = replay = false;
	for (i = 0; i < nports; i++) {
		ports[i] = kzalloc(sizeof(*ports[i]), GFP_KERNEL);
		ports[i]->port = i;
		ports[i]->irq = i + 1;
		ports[i]->file = &file;
		CHECK_EQ(evtchn_table_insert(&file.ports, i, ports[i]), 0);
	}
	file.nports = nports;
}

void file_map(bool quiet)
{
	file.consumer = (void *)get_zeroed_page(GFP_KERNEL);
	mapped_start(&file.ring, file.consumer, quiet);
}

void file_expect(u32 port, int n)
{
	wires[port].expected = n;
}

void file_may_merge(void)
{
	merge = true;
}

void file_may_repeat(void)
{
	repeat = true;
}

void file_may_replay(void)
{
	merge = replay = true;
}

void file_early(u32 port)
{
	ports[port]->early = true;
	file.nearly++;
}

static void deliver(struct wire *w)
{
	u32 port = w - wires;
	bool again;

	while (w->pending && !w->masked && !w->unplugged) {
		again = replay && w->open && explore_choose(2);
		w->pending = false;
		w->running = true;
		w->masked = !again;
		w->open = again;
		w->delivered++;
		rcu_read_lock();
		CHECK_EQ(evtchn_upcall(port + 1, ports[port]), IRQ_HANDLED);
		rcu_read_unlock();
		w->running = false;
		explore_unblock(w);
	}
}

static void vcpu(u32 port, int n)
{
	struct wire *w = &wires[port];

	w->vcpu = explore_self();
	while (n--) {
		w->pending = true;
		w->sent++;
		deliver(w);
	}
	for (;;) {
		explore_queue();
		if (!w->pending || w->unplugged)
			break;
		if (w->masked)
			explore_sleep();
		deliver(w);
	}
}

void vcpu_0(void)
{
	vcpu(0, 1);
}

void vcpu_0_twice(void)
{
	vcpu(0, 2);
}

void vcpu_0_thrice(void)
{
	vcpu(0, 3);
}

void vcpu_1(void)
{
	vcpu(1, 1);
}

void xen_irq_lateeoi(int irq, unsigned int flags)
{
	struct wire *w = &wires[irq - 1];

	CHECK(irq > 0 && irq <= nwires);
	shim_step();
	CHECK((w->masked || replay) && !w->unplugged);
	w->masked = false;
	w->open |= w->running;
	explore_wake(w->vcpu);
}

/* What UNBIND does to a port's interrupt, and to the port. */
void unbind_from_irqhandler(unsigned int irq, void *dev)
{
	u32 port = irq - 1;
	struct wire *w = &wires[port];

	CHECK_LE(port, nwires - 1);
	CHECK(dev == ports[port]);
	shim_step();
	if (w->running)
		explore_block(w);
	tso_visible(w->vcpu);
	w->unplugged = true;
	ports[port] = NULL;
	explore_wake(w->vcpu);
}

/* A port is found, but NOTIFY comes too late. */
void notify_remote_via_evtchn(u32 port)
{
	shim_step();
	CHECK(!wires[port].unplugged);
}

void file_taken(u32 port)
{
	struct wire *w = &wires[port];

	CHECK_LE(port, nwires - 1);
	w->taken++;
	w->served = w->sent;
	if (!repeat)
		CHECK_LE(w->taken, w->delivered);
}

bool file_all_taken(void)
{
	int i;

	for (i = 0; i < nwires; i++)
		if (wires[i].sent != wires[i].expected || wires[i].pending ||
		    wires[i].taken != wires[i].delivered)
			return false;
	return true;
}

bool file_all_served(void)
{
	int i;

	for (i = 0; i < nwires; i++)
		if (wires[i].served != wires[i].expected || wires[i].pending)
			return false;
	return true;
}

void file_others_are_served(int rest)
{
	int i;

	for (i = 0; i < nwires; i++)
		if (wires[i].vcpu != rest)
			CHECK_EQ(wires[i].taken, wires[i].delivered);
}

void file_end(void)
{
	u32 port;
	int i;

	if (file.consumer)
		while (mapped_take(&port))
			file_taken(port & ~EVTMMAP_PORT_MASKED);
	else
		while (ring_take(&file.ring, &port))
			file_taken(port);
	CHECK(file_all_served());
	CHECK(merge || repeat || file_all_taken());
	for (i = 0; i < nwires; i++)
		CHECK(repeat || wires[i].taken <= wires[i].delivered);
	file_close();
}

void file_close(void)
{
	int i;

	for (i = 0; i < nwires; i++)
		kfree(ports[i]);
	evtchn_table_destroy(&file.ports);
	free_page((unsigned long)file.consumer);
	ring_end(&file.ring);
}

int file_read(u32 *to, u32 max)
{
	struct kiocb iocb = { .ki_filp = &filp };
	struct iov_iter iter = { (char *)to, max * sizeof(u32) };

	return evtchn_read_iter(&iocb, &iter);
}

void file_write(u32 port)
{
	struct kiocb iocb = { .ki_filp = &filp };
	struct iov_iter iter = { (char *)&port, sizeof(port) };

	CHECK_EQ(evtchn_write_iter(&iocb, &iter), sizeof(port));
}

void file_grow(void)
{
	mutex_lock(&file.bind_lock);
	CHECK_EQ(evtchn_ring_grow(&file.ring, file.ring.newest->nslots), 0);
	mutex_unlock(&file.bind_lock);
}

void reader(void)
{
	u32 got[PORTS];
	int i, n;

	while (!file_all_taken()) {
		n = file_read(got, PORTS);
		CHECK_GE(n, 4);
		for (i = 0; i < n / 4; i++) {
			file_taken(got[i]);
			file_write(got[i]);
		}
	}
}
