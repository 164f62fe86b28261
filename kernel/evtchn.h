/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open /dev/xen/evtchn and the ports bound to it.
 *
 * Locks, outermost first:
 *
 *	mmap_lock, or ioctl()
 *	  file->bind_lock	ports come and go; segments come and go
 *	    evtchn_binders	read: a port may be open without its handler;
 *				write: none of any file is
 *	      file->taker_lock	entries are taken inside the kernel
 *
 * Neither is ever held over an access to user memory that may fault. Interrupts,
 * write() and NOTIFY take none of them: they find ports by RCU and change them
 * by compare-and-swap.
 */
#ifndef EVTCHN_H
#define EVTCHN_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/rwsem.h>
#include <linux/wait.h>

#include "compat.h"
#include "ring.h"
#include "table.h"

struct evtchn_file;
struct seq_file;

/**
 * struct evtchn_port - a port bound to a file
 * @credit: EVTCHN_MASKED etc.; compare-and-swap by anyone
 * @port: the event channel; constant
 * @irq: its interrupt; stored by bind, before it has a handler
 * @handled: it has one; under the file's bind_lock
 * @is_static: made by the tool stack, outlives us; constant
 * @file: whose it is; constant
 *
 * Found by RCU; freed a grace period after it left file->ports.
 */
struct evtchn_port {
	atomic_t credit;
	u32 port;
	int irq;
	bool handled;
	bool is_static;
	struct evtchn_file *file;
};

/**
 * struct evtchn_file - one open file
 * @ring: the port ring
 * @consumer: the page that a mapped consumer writes; NULL until one has mapped
 *	it, then constant. Set under @bind_lock and @taker_lock
 * @name: what /proc/interrupts shows
 * @filp: the open file; constant
 * @wait: who sleeps in read() or poll()
 * @fasync: who wants SIGIO
 * @signalled: consumer position that SIGIO was last sent for; any publisher
 * @bind_lock: see above
 * @taker_lock: see above
 * @nports: how many there are in @ports; under @bind_lock
 * @restricted: the only domain to bind to, or DOMID_INVALID for any; under
 *	@bind_lock
 * @ports: the ports bound to it, by number
 */
struct evtchn_file {
	struct evtchn_ring ring;
	struct evtmmap_consumer __rcu *consumer;
	const char *name;
	struct file *filp;

	wait_queue_head_t wait ____cacheline_aligned_in_smp;
	struct fasync_struct *fasync;
	u32 signalled;

	struct mutex bind_lock ____cacheline_aligned_in_smp;
	struct mutex taker_lock;
	u32 nports;
	domid_t restricted;

	struct evtchn_table ports;
};

/* NULL while the taker is read(). What it points to is user space's to write. */
static inline struct evtmmap_consumer *evtchn_consumer(struct evtchn_file *file)
{
	return rcu_dereference_raw(file->consumer);
}

/* wake.c */
void evtchn_wake(struct evtchn_file *file, u32 pos);
bool evtchn_ready(struct evtchn_file *file);

/* mmap.c */
int evtchn_mmap(struct file *filp, struct vm_area_struct *vma);

/* upcall.c */
irqreturn_t evtchn_upcall(int irq, void *dev);
void evtchn_publish(struct evtchn_file *file, u32 port);

/* read.c */
ssize_t evtchn_read(struct file *filp, char __user *buf, size_t count,
		    loff_t *ppos);
__poll_t evtchn_poll(struct file *filp, poll_table *table);
void evtchn_discard(struct evtchn_file *file);

/* port.c */
extern struct rw_semaphore evtchn_binders;
int evtchn_bind(struct evtchn_file *file, u32 port, bool is_static);
int evtchn_bind_static(struct evtchn_file *file, u32 port);
int evtchn_unbind(struct evtchn_file *file, u32 port);
void evtchn_unbind_all(struct evtchn_file *file);

/* rearm.c */
void evtchn_settle(struct evtchn_port *port, enum evtchn_verdict verdict);
ssize_t evtchn_write(struct file *filp, const char __user *buf, size_t count,
		     loff_t *ppos);
int evtchn_reset(struct evtchn_file *file);
int evtchn_resync(struct evtchn_file *file);

/* notify.c */
int evtchn_notify(struct evtchn_file *file, u32 port);

/* ioctl.c */
long evtchn_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/* fdinfo.c */
void evtchn_show_fdinfo(struct seq_file *m, struct file *filp);

#endif
