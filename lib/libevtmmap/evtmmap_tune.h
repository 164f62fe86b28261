/* SPDX-License-Identifier: MIT */
/*
 * libevtmmap: what only a driver with a mapped ring can do.  All of it returns
 * -EOPNOTSUPP elsewhere, and a program goes on without.  Part of evtmmap.h.
 */
#ifndef EVTMMAP_TUNE_H
#define EVTMMAP_TUNE_H

#include "evtmmap.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * struct evtmmap_poller_options - for evtmmap_start_poller()
 * @size: sizeof(struct evtmmap_poller_options) of the program
 * @cpu: CPU to run on, < 0 for any
 * @idle_us: microseconds without work after which it sleeps
 * @share: another handle, whose poller is to serve this one as well, or NULL
 */
struct evtmmap_poller_options {
	size_t size;
	int cpu;
	unsigned int idle_us;
	struct evtmmap *share;
};

/**
 * evtmmap_start_poller() - have a thread do what is queued
 * @handle: handle
 * @options: NULL for any CPU and a millisecond
 *
 * evtmmap_submit() is then no system call unless the poller sleeps, and returns
 * before the commands are done; their errors come with later calls.  It keeps a
 * CPU busy: that takes CAP_SYS_NICE, or the owner of the device.  It is a thread of
 * this process where the kernel can make one, and ends with it.
 *
 * Return: 0; -EPERM, -EBUSY if there is one, -EAGAIN if there are as many as there
 * may be, -EOPNOTSUPP if the driver cannot: all goes on as without.
 */
int evtmmap_start_poller(struct evtmmap *handle,
			 const struct evtmmap_poller_options *options);

/**
 * evtmmap_early_eoi() - have a port rearmed before its event is taken
 * @handle: handle
 * @port: a port of this device
 *
 * Its events then need no rearm, except when one comes before the one before was
 * taken: that one's port has EVTMMAP_EVENT_MASKED in it (also what
 * evtmmap_next() returns), and has to be rearmed.  Take that bit away before you
 * use the number.  Until the port is unbound.
 *
 * Return: 0; -ENOTCONN, -ENOMEM; -EOPNOTSUPP if the ring is not mapped or the
 * driver cannot: rearm every event then.
 */
int evtmmap_early_eoi(struct evtmmap *handle, unsigned int port);

/**
 * evtmmap_set_affinity() - have a port's interrupts handled by one CPU
 * @handle: handle
 * @port: a port of this device
 * @cpu: the CPU; < 0 for the one that rearms the port, whichever that is
 *
 * Return: 0; -EINVAL, -ENOTCONN, -EOPNOTSUPP.
 */
int evtmmap_set_affinity(struct evtmmap *handle, unsigned int port, int cpu);

/**
 * evtmmap_set_priority() - whose event comes first when several are pending
 * @handle: handle
 * @port: a port of this device
 * @priority: 0 (first) to 15; 7 is what a port begins with
 *
 * Return: 0; -EINVAL, -ENOTCONN, -EOPNOTSUPP.
 */
int evtmmap_set_priority(struct evtmmap *handle, unsigned int port,
			 unsigned int priority);

/**
 * evtmmap_bind_virq_vcpu() - bind a virtual interrupt of one vCPU
 * @handle: handle
 * @virq: Xen's VIRQ_*
 * @vcpu: the vCPU
 *
 * Return: as evtmmap_bind_virq(); -EINVAL if that VIRQ is not a vCPU's, -ENOENT
 * if there is no such vCPU, -EOPNOTSUPP.
 */
int evtmmap_bind_virq_vcpu(struct evtmmap *handle, unsigned int virq,
			   unsigned int vcpu);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
