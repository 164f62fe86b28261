// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/evtchn: event channels for user space, with a ring that can be
 * mapped. `make tour` prints the way of an event through these files, T1 to T5.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "evtchn.h"

static struct evtchn_file *evtchn_alloc(void)
{
	struct evtchn_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return NULL;
	file->name = kasprintf(GFP_KERNEL_ACCOUNT, "evtchn:%s", current->comm);
	if (!file->name || evtchn_ring_init(&file->ring)) {
		kfree(file->name);
		kfree(file);
		return NULL;
	}
	init_waitqueue_head(&file->wait);
	mutex_init(&file->bind_lock);
	mutex_init(&file->taker_lock);
	file->signalled = file->ring.taker.pos - 1;
	file->restricted = DOMID_INVALID;
	refcount_set(&file->users, 1);
	return file;
}

static int evtchn_open(struct inode *inode, struct file *filp)
{
	struct evtchn_file *file = evtchn_alloc();

	if (!file)
		return -ENOMEM;
	file->filp = filp;
	filp->private_data = file;
	filp->f_mode |= FMODE_NOWAIT;
	evtchn_resume_add(file);
	return stream_open(inode, filp);
}

/* What a poller may still look at when the file is closed, and its ports are. */
static void evtchn_file_free(struct evtchn_file *file)
{
	evtchn_table_destroy(&file->ports);
	evtchn_ring_destroy(&file->ring);
	free_page((unsigned long)evtchn_consumer(file));
	kfree(file->name);
	kfree(file);
}

void evtchn_file_put(struct evtchn_file *file)
{
	if (refcount_dec_and_test(&file->users))
		evtchn_file_free(file);
}

static int evtchn_release(struct inode *inode, struct file *filp)
{
	struct evtchn_file *file = filp->private_data;

	evtchn_resume_del(file);
	evtchn_poller_leave(file);
	evtchn_unbind_all(file);
	evtchn_file_put(file);
	return 0;
}

static int evtchn_fasync(int fd, struct file *filp, int on)
{
	struct evtchn_file *file = filp->private_data;

	return fasync_helper(fd, filp, on, &file->fasync);
}

static const struct file_operations evtchn_fops = {
	.owner		= THIS_MODULE,
	.open		= evtchn_open,
	.release	= evtchn_release,
	.read_iter	= evtchn_read_iter,
	.write		= evtchn_write,
	.write_iter	= evtchn_write_iter,
	.poll		= evtchn_poll,
	.fasync		= evtchn_fasync,
	.mmap		= evtchn_mmap,
	.unlocked_ioctl	= evtchn_ioctl,
	.uring_cmd	= evtchn_uring_cmd,
	.compat_ioctl	= compat_ptr_ioctl,
	.show_fdinfo	= evtchn_show_fdinfo,
	.llseek		= EVTCHN_LLSEEK,
};

/* NULL if it is something else that is open there. */
struct evtchn_file *evtchn_file_of(struct file *filp)
{
	return filp->f_op == &evtchn_fops ? filp->private_data : NULL;
}

static struct miscdevice evtchn_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/evtchn",
	.fops	= &evtchn_fops,
};

static int __init evtchn_init(void)
{
	int ret;

	if (!xen_domain())
		return -ENODEV;
	ret = evtchn_notify_init();
	if (ret)
		return ret;
	ret = evtchn_poller_init();
	if (ret)
		goto no_poller;
	ret = evtchn_resume_init();
	if (ret)
		goto no_resume;
	ret = misc_register(&evtchn_device);
	if (ret)
		goto no_device;
	return 0;

no_device:
	evtchn_resume_exit();
no_resume:
	evtchn_poller_exit();
no_poller:
	evtchn_notify_exit();
	return ret;
}

static void __exit evtchn_exit(void)
{
	misc_deregister(&evtchn_device);
	evtchn_resume_exit();
	evtchn_poller_exit();
	evtchn_notify_exit();
	rcu_barrier();		/* segments that were trimmed: segment_free_rcu() */
}

module_init(evtchn_init);
module_exit(evtchn_exit);

MODULE_DESCRIPTION("Xen event channels for user space, with a mappable ring");
MODULE_AUTHOR("The evtmmap authors");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
