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
	return file;
}

static int evtchn_open(struct inode *inode, struct file *filp)
{
	struct evtchn_file *file = evtchn_alloc();

	if (!file)
		return -ENOMEM;
	file->filp = filp;
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int evtchn_release(struct inode *inode, struct file *filp)
{
	struct evtchn_file *file = filp->private_data;

	evtchn_unbind_all(file);
	evtchn_ring_destroy(&file->ring);
	free_page((unsigned long)evtchn_consumer(file));
	kfree(file->name);
	kfree(file);
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
	.read		= evtchn_read,
	.write		= evtchn_write,
	.poll		= evtchn_poll,
	.fasync		= evtchn_fasync,
	.mmap		= evtchn_mmap,
	.unlocked_ioctl	= evtchn_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.show_fdinfo	= evtchn_show_fdinfo,
	.llseek		= EVTCHN_LLSEEK,
};

static struct miscdevice evtchn_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/evtchn",
	.fops	= &evtchn_fops,
};

static int __init evtchn_init(void)
{
	if (!xen_domain())
		return -ENODEV;
	return misc_register(&evtchn_device);
}

static void __exit evtchn_exit(void)
{
	misc_deregister(&evtchn_device);
}

module_init(evtchn_init);
module_exit(evtchn_exit);

MODULE_DESCRIPTION("Xen event channels for user space, with a mappable ring");
MODULE_AUTHOR("The evtmmap authors");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
