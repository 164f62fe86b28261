// SPDX-License-Identifier: GPL-2.0
/* One handler per command, and a table. */
#include <linux/uaccess.h>

#include "evtchn.h"

/* What a command takes; copied in before its handler runs. */
union evtchn_arg {
	struct ioctl_evtchn_bind_virq virq;
	struct ioctl_evtchn_bind_interdomain interdomain;
	struct ioctl_evtchn_bind_unbound_port unbound;
	struct ioctl_evtchn_unbind unbind;
	struct ioctl_evtchn_notify notify;
	struct ioctl_evtchn_restrict_domid restrict_to;
	struct ioctl_evtchn_bind bind;
};

static bool evtchn_restricted(const struct evtchn_file *file)
{
	return file->restricted != DOMID_INVALID;
}

static int bind_virq(struct evtchn_file *file, union evtchn_arg *arg)
{
	struct evtchn_bind_virq op = { .virq = arg->virq.virq };
	int ret;

	if (evtchn_restricted(file))
		return -EACCES;
	ret = HYPERVISOR_event_channel_op(EVTCHNOP_bind_virq, &op);
	return ret ? ret : evtchn_bind(file, op.port, false);
}

static int bind_interdomain(struct evtchn_file *file, union evtchn_arg *arg)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = arg->interdomain.remote_domain,
		.remote_port = arg->interdomain.remote_port,
	};
	int ret;

	if (evtchn_restricted(file) &&
	    file->restricted != arg->interdomain.remote_domain)
		return -EACCES;
	ret = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &op);
	return ret ? ret : evtchn_bind(file, op.local_port, false);
}

static int bind_unbound(struct evtchn_file *file, union evtchn_arg *arg)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF,
		.remote_dom = arg->unbound.remote_domain,
	};
	int ret;

	if (evtchn_restricted(file))
		return -EACCES;
	ret = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);
	return ret ? ret : evtchn_bind(file, op.port, false);
}

static int bind_static(struct evtchn_file *file, union evtchn_arg *arg)
{
	return evtchn_bind(file, arg->bind.port, true);
}

static int restrict_domid(struct evtchn_file *file, union evtchn_arg *arg)
{
	domid_t domid = arg->restrict_to.domid;

	if (evtchn_restricted(file))
		return -EACCES;
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

static const struct evtchn_command {
	unsigned int cmd;
	bool binds;		/* runs under bind_lock */
	int (*run)(struct evtchn_file *file, union evtchn_arg *arg);
} evtchn_commands[] = {
	{ IOCTL_EVTCHN_NOTIFY,			false,	notify },
	{ IOCTL_EVTCHN_BIND_VIRQ,		true,	bind_virq },
	{ IOCTL_EVTCHN_BIND_INTERDOMAIN,	true,	bind_interdomain },
	{ IOCTL_EVTCHN_BIND_UNBOUND_PORT,	true,	bind_unbound },
	{ IOCTL_EVTCHN_BIND_STATIC,		true,	bind_static },
	{ IOCTL_EVTCHN_RESTRICT_DOMID,		true,	restrict_domid },
	{ IOCTL_EVTCHN_UNBIND,			false,	unbind },
	{ IOCTL_EVTCHN_RESET,			false,	reset },
	{ EVTMMAP_IOC_RESYNC,			false,	resync },
};

static const struct evtchn_command *evtchn_command(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(evtchn_commands); i++)
		if (evtchn_commands[i].cmd == cmd)
			return &evtchn_commands[i];
	return NULL;
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
	const struct evtchn_command *command = evtchn_command(cmd);
	struct evtchn_file *file = filp->private_data;
	union evtchn_arg copy;
	long ret;

	if (!command)
		return -ENOSYS;
	if (copy_from_user(&copy, (void __user *)arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	if (command->binds)
		mutex_lock(&file->bind_lock);
	ret = command->run(file, &copy);
	if (command->binds)
		mutex_unlock(&file->bind_lock);
	return ret;
}
