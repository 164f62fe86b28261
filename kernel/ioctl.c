// SPDX-License-Identifier: GPL-2.0
/* One handler per command, and a table. */
#include <linux/uaccess.h>
#include <xen/xen-ops.h>

#include "evtchn.h"

/* What a command takes; copied in before its handler runs. */
union evtchn_arg {
	u32 word[2];
	u16 half;
	struct ioctl_evtchn_bind_virq virq;
	struct ioctl_evtchn_bind_interdomain interdomain;
	struct ioctl_evtchn_bind_unbound_port unbound;
	struct ioctl_evtchn_unbind unbind;
	struct ioctl_evtchn_notify notify;
	struct ioctl_evtchn_restrict_domid restrict_to;
	struct ioctl_evtchn_bind bind;
	struct evtmmap_port_option option;
	struct evtmmap_bind_virq virq_of;
};

static bool evtchn_restricted(const struct evtchn_file *file)
{
	return file->restricted != DOMID_INVALID;
}

static int bind_virq_of(struct evtchn_file *file, u32 virq, u32 vcpu)
{
	struct evtchn_bind_virq op = { .virq = virq, .vcpu = vcpu };
	int port = evtchn_bind_new(file, EVTCHNOP_bind_virq, &op, &op.port);
	int ret;

	if (port < 0 || vcpu == xen_vcpu_nr(0))
		return port;
	/*
	 * Under the 2-level ABI Linux looks for a port on its first CPU only, and Xen
	 * brings a vCPU's VIRQ to that vCPU. Only the FIFO ABI has priorities.
	 */
	ret = evtchn_set_priority(file, port, EVTCHN_FIFO_PRIORITY_DEFAULT);
	if (!ret)
		return port;
	evtchn_port_remove(file, evtchn_port_of(file, port), true);
	return ret;
}

static int bind_virq(struct evtchn_file *file, union evtchn_arg *arg)
{
	return bind_virq_of(file, arg->virq.virq, xen_vcpu_nr(0));
}

static int bind_virq_vcpu(struct evtchn_file *file, union evtchn_arg *arg)
{
	return bind_virq_of(file, arg->virq_of.virq, arg->virq_of.vcpu);
}

static int bind_interdomain(struct evtchn_file *file, union evtchn_arg *arg)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = arg->interdomain.remote_domain,
		.remote_port = arg->interdomain.remote_port,
	};

	if (evtchn_restricted(file) &&
	    file->restricted != arg->interdomain.remote_domain)
		return -EACCES;
	return evtchn_bind_new(file, EVTCHNOP_bind_interdomain, &op, &op.local_port);
}

static int bind_unbound(struct evtchn_file *file, union evtchn_arg *arg)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF,
		.remote_dom = arg->unbound.remote_domain,
	};

	return evtchn_bind_new(file, EVTCHNOP_alloc_unbound, &op, &op.port);
}

static int bind_static(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_bind_static(file, arg->bind.port);
}

static int restrict_domid(struct evtchn_file *file, union evtchn_arg *arg)
{
	domid_t domid = arg->restrict_to.domid;

	if (!domid || domid >= DOMID_FIRST_RESERVED)
		return -EINVAL;
	file->restricted = domid;
	return 0;
}

static int unbind(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_unbind(file, arg->unbind.port);
}

static int notify(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_notify(file, arg->notify.port);
}

static int reset(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_reset(file);
}

static int resync(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_resync(file);
}

static int rearm(struct evtchn_file *file, union evtchn_arg *arg)
{
	if (arg->option.value & ~EVTMMAP_CMD_SPURIOUS)
		return -EINVAL;
	evtchn_rearm_port(file, arg->option.port,
			  arg->option.value ? XEN_EOI_FLAG_SPURIOUS : 0);
	return 0;
}

static int early_eoi(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_early_eoi(file, arg->option.port, arg->option.value);
}

static int affinity(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_set_affinity(file, arg->option.port, arg->option.value);
}

static int priority(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_set_priority(file, arg->option.port, arg->option.value);
}

#define BIND	1	/* runs under bind_lock */
#define FREE	2	/* not for a restricted file */
#define QUICK	4	/* never waits */

static const struct evtchn_command {
	unsigned int cmd;
	unsigned int flags;
	int (*run)(struct evtchn_file *file, union evtchn_arg *arg);
} evtchn_commands[] = {
	{ IOCTL_EVTCHN_NOTIFY,			QUICK,		notify },
	{ IOCTL_EVTCHN_BIND_VIRQ,		BIND | FREE,	bind_virq },
	{ IOCTL_EVTCHN_BIND_INTERDOMAIN,	BIND,		bind_interdomain },
	{ IOCTL_EVTCHN_BIND_UNBOUND_PORT,	BIND | FREE,	bind_unbound },
	{ IOCTL_EVTCHN_BIND_STATIC,		BIND,		bind_static },
	{ IOCTL_EVTCHN_RESTRICT_DOMID,		BIND | FREE,	restrict_domid },
	{ IOCTL_EVTCHN_UNBIND,			0,		unbind },
	{ IOCTL_EVTCHN_RESET,			0,		reset },
	{ EVTMMAP_IOC_RESYNC,			0,		resync },
	{ EVTMMAP_IOC_REARM,			QUICK,		rearm },
	{ EVTMMAP_IOC_EARLY_EOI,		BIND,		early_eoi },
	{ EVTMMAP_IOC_AFFINITY,			BIND,		affinity },
	{ EVTMMAP_IOC_PRIORITY,			BIND,		priority },
	{ EVTMMAP_IOC_BIND_VIRQ,		BIND | FREE,	bind_virq_vcpu },
};

static const struct evtchn_command *evtchn_command(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(evtchn_commands); i++)
		if (evtchn_commands[i].cmd == cmd)
			return &evtchn_commands[i];
	return NULL;
}

/* By words: cheaper than a copy whose size is not known before it is made. */
static int evtchn_get_arg(union evtchn_arg *arg, void __user *from, size_t size)
{
	const u32 __user *word = from;
	int err = 0;

	BUILD_BUG_ON(sizeof(*arg) != 2 * sizeof(u32));
	if (size == sizeof(u16))
		return get_user(arg->half, (const u16 __user *)from);
	if (size >= sizeof(u32))
		err = get_user(arg->word[0], word);
	if (!err && size > sizeof(u32))
		err = get_user(arg->word[1], word + 1);
	return err;
}

/* What may not be asked at all comes before what was asked in a wrong way. */
static int evtchn_run_locked(struct evtchn_file *file,
			     const struct evtchn_command *command,
			     union evtchn_arg *arg, int err)
{
	mutex_lock(&file->bind_lock);
	if ((command->flags & FREE) && evtchn_restricted(file))
		err = -EACCES;
	if (!err)
		err = command->run(file, arg);
	mutex_unlock(&file->bind_lock);
	return err;
}

/**
 * evtchn_run() - the same for io_uring
 * @file: the file
 * @cmd: the command
 * @words: its argument, EVTCHN_ARG_WORDS of them, which may change meanwhile
 * @nowait: the caller must not wait
 *
 * Return: as evtchn_ioctl(); EAGAIN if it might wait.
 */
int evtchn_run(struct evtchn_file *file, unsigned int cmd, const u32 *words,
	       bool nowait)
{
	const struct evtchn_command *command = evtchn_command(cmd);
	union evtchn_arg copy;

	BUILD_BUG_ON(sizeof(copy) != EVTCHN_ARG_WORDS * sizeof(*words));
	if (!command)
		return -ENOSYS;
	if (nowait && !(command->flags & QUICK))
		return -EAGAIN;
	copy.word[0] = READ_ONCE(words[0]);
	copy.word[1] = READ_ONCE(words[1]);
	if (command->flags & BIND)
		return evtchn_run_locked(file, command, &copy, 0);
	return command->run(file, &copy);
}

/**
 * evtchn_ioctl() - bind, unbind, notify and the rest
 * @filp: the file
 * @cmd: the command
 * @arg: its argument, a pointer to the structure whose size is in @cmd
 *
 * Return: what the command returns; ENOSYS for one that is unknown, EFAULT.
 */
long evtchn_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct evtchn_file *file = filp->private_data;
	const struct evtchn_command *command;
	union evtchn_arg copy;
	int err;

	if (cmd == EVTMMAP_IOC_ENTER)
		return evtchn_enter(file, (void __user *)arg);
	if (cmd == EVTMMAP_IOC_POLLER)
		return evtchn_poller_join(file, (void __user *)arg);
	command = evtchn_command(cmd);
	if (!command)
		return -ENOSYS;
	err = evtchn_get_arg(&copy, (void __user *)arg, _IOC_SIZE(cmd));
	if (command->flags & BIND)
		return evtchn_run_locked(file, command, &copy, err);
	return err ? err : command->run(file, &copy);
}
