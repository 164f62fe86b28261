/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open /dev/xen/evtchn and the ports bound to it.
 *
 * Locks, outermost first:
 *
 *	evtchn_restoring	read: a file comes or goes; write: see resume.c
 *	mmap_lock, or ioctl()
 *	  file->bind_lock	ports come and go; segments come and go
 *	    file->taker_lock	entries are taken inside the kernel
 *
 * Neither is ever held over an access to user memory that may fault, nor by
 * somebody of another file. Interrupts, write() and NOTIFY take none of them:
 * they find ports by RCU and change them by compare-and-swap.
 */
#ifndef EVTCHN_H
#define EVTCHN_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/refcount.h>
#include <linux/wait.h>

#include "compat.h"
#include "credit.h"
#include "debug.h"
#include "ring.h"
#include "table.h"

struct evtchn_file;
struct evtchn_poller;

/*
 * Where a file is: a poller's thread takes it on, and drops it. Under the poller's
 * lock.
 */
enum evtchn_listed {
	EVTCHN_UNLISTED,
	EVTCHN_JOINING,
	EVTCHN_MET,
};

struct io_uring_cmd;
struct iov_iter;
struct seq_file;

/**
 * struct evtchn_port - a port bound to a file
 * @credit: EVTCHN_MASKED etc. and who uses it, see credit.h; atomics by anyone
 * @port: the event channel; constant
 * @irq: its interrupt; stored by bind, before it has a handler
 * @is_static: made by the tool stack, outlives us; constant until it is gone
 * @early: its events are EOIed at once; under the file's bind_lock, then constant
 * @cpu: where AFFINITY put it; with EVTCHN_FOLLOWS where it was last rearmed
 * @place: where its entries are, EVTCHN_PLACE(); whoever publishes it
 * @file: whose it is; constant
 * @rcu: frees it; nobody looks at @place or @file of a port that is gone
 *
 * Found by RCU, and used from evtchn_port_get() to evtchn_port_put() only. Unbind
 * takes it out of file->ports, says EVTCHN_GONE, waits for those who use it, and
 * leaves the memory to RCU, since others may have found it and not yet looked.
 */
struct evtchn_port {
	atomic_t credit;
	u32 port;
	int irq;
	bool is_static;
	bool early;
	u16 cpu;
	union {
		struct {
			u64 place;
			struct evtchn_file *file;
		};
		struct rcu_head rcu;
	};
};

/* Two of them in a cache line; and so is their kmalloc cache. */
static_assert(sizeof(struct evtchn_port) <= 32);

/* In evtchn_port.cpu: it goes to the CPU where it is rearmed. */
#define EVTCHN_FOLLOWS	0x8000

/*
 * Where a port's entries are: at one place, the newest, which is all there can be
 * for read(); or also before it, where a mapped consumer has not taken them.
 */
#define EVTCHN_NOWHERE	0
#define EVTCHN_THERE	1
#define EVTCHN_ABOUT	2
#define EVTCHN_PLACE(how, pos)	((u64)(how) << 32 | (u32)(pos))

/**
 * struct evtchn_file - one open file
 * @ring: the port ring
 * @consumer: the page that a mapped consumer writes; NULL until one has mapped
 *	it, then constant. Set under @bind_lock and @taker_lock
 * @name: what /proc/interrupts shows
 * @filp: the open file; constant
 * @wait: who sleeps in read() or poll()
 * @nparked: how many of them are io_uring's commands; under @wait's lock
 * @fasync: who wants SIGIO
 * @signalled: consumer position that SIGIO was last sent for; any publisher
 * @bind_lock: see above
 * @taker_lock: see above
 * @nports: how many there are in @ports; under @bind_lock
 * @nearly: how many of them are EOIed early; under @bind_lock
 * @restricted: the only domain to bind to, or DOMID_INVALID for any; under
 *	@bind_lock
 * @poller: takes its commands; under @bind_lock, and one that is gone may be
 *	replaced. See poller.c
 * @polled: in one of its poller's lists
 * @listed: in which; see there
 * @files: in the list of all open files; see resume.c
 * @left: it is closed; the poller's thread is to drop it
 * @users: the open file, and its poller's thread
 * @ports: the ports bound to it, by number
 */
struct evtchn_file {
	struct evtchn_ring ring;
	struct evtmmap_consumer __rcu *consumer;
	const char *name;
	struct file *filp;

	wait_queue_head_t wait ____cacheline_aligned_in_smp;
	u32 nparked;
	struct fasync_struct *fasync;
	u32 signalled;

	struct mutex bind_lock ____cacheline_aligned_in_smp;
	struct mutex taker_lock;
	u32 nports;
	u32 nearly;
	domid_t restricted;
	struct evtchn_poller __rcu *poller;
	struct list_head polled;
	enum evtchn_listed listed;
	struct list_head files;
	bool left;
	refcount_t users;

	struct evtchn_table ports;
};

/*
 * A port to use, or NULL. Any number may be asked for. Context: under RCU until
 * evtchn_port_put().
 */
static inline struct evtchn_port *evtchn_port_get(struct evtchn_file *file, u32 number)
{
	struct evtchn_port *port = evtchn_table_find(&file->ports, number);

	if (!port || !evtchn_use(&port->credit))
		return NULL;
	evtchn_hold(EVTCHN_HOLD_U);
	return port;
}

static inline void evtchn_port_put(struct evtchn_port *port)
{
	evtchn_unuse(&port->credit);
}

/* NULL while the taker is read(). What it points to is user space's to write. */
static inline struct evtmmap_consumer *evtchn_consumer(struct evtchn_file *file)
{
	return rcu_dereference_raw(file->consumer);
}

/* wake.c */
void evtchn_wake(struct evtchn_file *file, u32 pos);
bool evtchn_ready(struct evtchn_file *file);
bool evtchn_restored(struct evtchn_file *file);

/* Who waits for a mapped ring, and for which position. */
struct evtchn_waiter {
	struct wait_queue_entry entry;
	struct evtchn_file *file;
	u32 pos;
};

void evtchn_wait_for(struct evtchn_waiter *waiter, struct evtchn_file *file, u32 n);
int evtchn_reached(const struct evtchn_waiter *waiter);
void evtchn_poller_said(void);

/* mmap.c */
int evtchn_mmap(struct file *filp, struct vm_area_struct *vma);

/* upcall.c */
irqreturn_t evtchn_upcall(int irq, void *dev);
void evtchn_publish(struct evtchn_port *port, u32 entry);

/* read.c */
ssize_t evtchn_read_iter(struct kiocb *iocb, struct iov_iter *to);
__poll_t evtchn_poll(struct file *filp, poll_table *table);
void evtchn_discard(struct evtchn_file *file);

/* port.c */
struct evtchn_port *evtchn_port_of(struct evtchn_file *file, u32 number);
int evtchn_reserve(struct evtchn_file *file);
int evtchn_bind(struct evtchn_file *file, u32 port, bool is_static);
int evtchn_unbind(struct evtchn_file *file, u32 port);
void evtchn_port_remove(struct evtchn_file *file, struct evtchn_port *port,
			bool handled);
void evtchn_unbind_all(struct evtchn_file *file);

/* number.c */
struct evtchn_number {
	struct list_head entry;
	u32 number;
};

int evtchn_bind_new(struct evtchn_file *file, int op, void *arg,
		    const evtchn_port_t *number);
int evtchn_bind_static(struct evtchn_file *file, u32 number);
void evtchn_number_note(struct evtchn_number *n);
void evtchn_number_done(struct evtchn_number *n);
void evtchn_number_left(u32 number);
void evtchn_numbers_anew(void);

/* rearm.c */
void evtchn_settle(struct evtchn_port *port, enum evtchn_verdict verdict,
		   unsigned int eoi_flags);
void evtchn_rearm(struct evtchn_file *file, struct evtchn_port *port,
		  unsigned int eoi_flags);
void evtchn_rearm_port(struct evtchn_file *file, u32 number, unsigned int eoi_flags);
ssize_t evtchn_write_iter(struct kiocb *iocb, struct iov_iter *from);
ssize_t evtchn_write(struct file *filp, const char __user *buf, size_t count,
		     loff_t *ppos);
int evtchn_reset(struct evtchn_file *file);
int evtchn_resync(struct evtchn_file *file);

/* notify.c */
int evtchn_notify(struct evtchn_file *file, u32 number);
void evtchn_notify_ports(struct evtchn_port *const *ports, unsigned int n);
int evtchn_notify_init(void);
void evtchn_notify_exit(void);

/* option.c */
int evtchn_early_eoi(struct evtchn_file *file, u32 number, u32 value);
int evtchn_set_affinity(struct evtchn_file *file, u32 number, u32 value);
int evtchn_set_priority(struct evtchn_file *file, u32 number, u32 value);
void evtchn_follow(struct evtchn_port *port);

/* command.c */
int evtchn_take_commands(struct evtchn_file *file,
			 const struct evtmmap_consumer *consumer, u32 max);
long evtchn_enter(struct evtchn_file *file, struct evtmmap_enter __user *arg);

/* poller.c */
long evtchn_poller_join(struct evtchn_file *file, struct evtmmap_poller __user *arg);
void evtchn_poller_leave(struct evtchn_file *file);
void evtchn_poller_wake(struct evtchn_file *file);
int evtchn_poller_init(void);
void evtchn_poller_exit(void);

/* resume.c */
void evtchn_resume_add(struct evtchn_file *file);
void evtchn_resume_del(struct evtchn_file *file);
int evtchn_resume_init(void);
void evtchn_resume_exit(void);

/* uring.c */
int evtchn_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags);

/* main.c */
struct evtchn_file *evtchn_file_of(struct file *filp);
void evtchn_file_put(struct evtchn_file *file);

/* ioctl.c */
#define EVTCHN_ARG_WORDS	2
int evtchn_run(struct evtchn_file *file, unsigned int cmd, const u32 *words,
	       bool nowait);
long evtchn_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

/* fdinfo.c */
void evtchn_show_fdinfo(struct seq_file *m, struct file *filp);

#endif
