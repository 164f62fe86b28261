/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels. The newest API is the reference; older ones
 * are made to look like it. No other file asks for LINUX_VERSION_CODE.
 */
#ifndef EVTCHN_COMPAT_H
#define EVTCHN_COMPAT_H

#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#include <linux/io_uring/cmd.h>
#else
#include <linux/io_uring.h>
#endif
#include <xen/events.h>
#include <xen/xen.h>
#include <xen/evtchn.h>

#ifndef IOCTL_EVTCHN_BIND_STATIC
#define IOCTL_EVTCHN_BIND_STATIC \
	_IOC(_IOC_NONE, 'E', 7, sizeof(struct ioctl_evtchn_bind))
struct ioctl_evtchn_bind {
	unsigned int port;
};
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)

/* privcmd's ioeventfd may attach to the same interrupt (6.7). */
#define EVTCHN_IRQF	IRQF_SHARED

static inline int evtchn_irq_refcount(evtchn_port_t port, bool is_static)
{
	return evtchn_make_refcounted(port, is_static);
}

static inline void evtchn_irq_release(int irq, void *dev, bool is_static)
{
	unbind_from_irqhandler(irq, dev);
}

/* The same for an interrupt that never had a handler. */
static inline void evtchn_irq_drop(evtchn_port_t port, bool is_static)
{
	evtchn_put(port);
}

#else

#define EVTCHN_IRQF	0
#define EVTCHN_STATIC_KEEPS_IRQ

/* No static ports there: a reference would close the port when it goes. */
static inline int evtchn_irq_refcount(evtchn_port_t port, bool is_static)
{
	return is_static ? 0 : evtchn_make_refcounted(port);
}

/*
 * Unbinding closes the port there, which a static one must survive: give the
 * handler back and leave the port on its interrupt for the next bind, with the
 * EOI that the next handler would wait for.
 */
static inline void evtchn_irq_release(int irq, void *dev, bool is_static)
{
	if (!is_static) {
		unbind_from_irqhandler(irq, dev);
		return;
	}
	free_irq(irq, dev);
	xen_irq_lateeoi(irq, 0);
}

static inline void evtchn_irq_drop(evtchn_port_t port, bool is_static)
{
	if (!is_static)
		evtchn_put(port);
}

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_mod(struct vm_area_struct *vma,
				vm_flags_t set, vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#endif

/* Where what came with a command is, and whether it can be cancelled. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define EVTCHN_URING_WAIT
#define EVTCHN_FEAT_URING	(EVTMMAP_FEAT_URING_CMD | EVTMMAP_FEAT_URING_WAIT)
static inline const void *evtchn_uring_arg(const struct io_uring_cmd *cmd)
{
	return io_uring_sqe_cmd(cmd->sqe);
}
#else
#define EVTCHN_FEAT_URING	EVTMMAP_FEAT_URING_CMD
static inline const void *evtchn_uring_arg(const struct io_uring_cmd *cmd)
{
	return cmd->cmd;
}
#endif

/* A thread of the caller's process that is told of its SIGKILL (6.10). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0) && IS_ENABLED(CONFIG_VHOST_TASK)
#define EVTCHN_VHOST_TASK
#endif

/* stream_open() alone makes a file unseekable since 6.12. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define EVTCHN_LLSEEK	no_llseek
#else
#define EVTCHN_LLSEEK	NULL
#endif

#endif
