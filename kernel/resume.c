// SPDX-License-Identifier: GPL-2.0
/*
 * This domain was saved and is restored, here or on another machine: Xen has
 * closed all its event channels, and gives their numbers to others. A port that
 * stayed bound would then be a stranger's.
 *
 * The kernel resumes devices before any process runs again, which is why we have
 * one. (Xen's own notifier comes too early: interrupts are suspended then, and
 * one that is freed is started again.) It says "restore" also when it could not
 * suspend at all, so each port is asked for whether it is still there.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/platform_device.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "evtchn.h"

/* All open files. Changed under both locks, walked under the second alone. */
static LIST_HEAD(evtchn_files);
static DEFINE_SPINLOCK(evtchn_files_lock);
static DECLARE_RWSEM(evtchn_restoring);

/* The kernel knows it by another interrupt, or by none. */
static bool evtchn_is_gone(const struct evtchn_port *port)
{
	return irq_from_evtchn(port->port) != port->irq;
}

/*
 * Forget what is gone. To remove such a port closes nothing: its interrupt has
 * no event channel. Nor is a static one left to whoever made it.
 *
 * Context: under bind_lock.
 * Return: whether there was one.
 */
static bool evtchn_forget_gone(struct evtchn_file *file)
{
	struct evtchn_port *port;
	bool any = false;
	u32 i;

	evtchn_table_for_each(&file->ports, i, port) {
		cond_resched();
		if (!evtchn_is_gone(port))
			continue;
		port->is_static = false;
		evtchn_port_remove(file, port, true);
		any = true;
	}
	return any;
}

/*
 * A classic client is told nothing: it has no bit in poll() that would not be a
 * disaster to somebody. A mapped consumer sleeps no more until it says that it
 * knows.
 */
static void evtchn_restore(struct evtchn_file *file)
{
	struct evtmmap_header *header = file->ring.header;

	mutex_lock(&file->bind_lock);
	if (evtchn_forget_gone(file)) {
		WRITE_ONCE(header->restores, header->restores + 1);
		if (evtchn_consumer(file)) {
			wake_up_interruptible_all(&file->wait);
			kill_fasync(&file->fasync, SIGIO, POLL_ERR);
		}
	}
	mutex_unlock(&file->bind_lock);
}

/* Context: processes are frozen; whoever closes a file now is a kernel thread. */
static int evtchn_restore_all(struct device *dev)
{
	struct evtchn_file *file;

	down_write(&evtchn_restoring);
	evtchn_numbers_anew();
	list_for_each_entry(file, &evtchn_files, files)
		evtchn_restore(file);
	up_write(&evtchn_restoring);
	return 0;
}

static const struct dev_pm_ops evtchn_pm_ops = {
	.restore = evtchn_restore_all,
};

static struct platform_driver evtchn_resume_driver = {
	.driver = {
		.name	= "xen-evtchn",
		.pm	= &evtchn_pm_ops,
	},
};

static struct platform_device *evtchn_resume_device;

/* The file is opened. Whoever stops in here keeps only a restore from going on. */
void evtchn_resume_add(struct evtchn_file *file)
{
	down_read(&evtchn_restoring);
	spin_lock(&evtchn_files_lock);
	list_add(&file->files, &evtchn_files);
	spin_unlock(&evtchn_files_lock);
	up_read(&evtchn_restoring);
}

/* The file is closed: before its ports go. */
void evtchn_resume_del(struct evtchn_file *file)
{
	down_read(&evtchn_restoring);
	spin_lock(&evtchn_files_lock);
	list_del(&file->files);
	spin_unlock(&evtchn_files_lock);
	up_read(&evtchn_restoring);
}

int __init evtchn_resume_init(void)
{
	int ret = platform_driver_register(&evtchn_resume_driver);

	if (ret)
		return ret;
	evtchn_resume_device =
		platform_device_register_simple(evtchn_resume_driver.driver.name,
						PLATFORM_DEVID_NONE, NULL, 0);
	ret = PTR_ERR_OR_ZERO(evtchn_resume_device);
	if (ret)
		platform_driver_unregister(&evtchn_resume_driver);
	return ret;
}

void evtchn_resume_exit(void)
{
	platform_device_unregister(evtchn_resume_device);
	platform_driver_unregister(&evtchn_resume_driver);
}
