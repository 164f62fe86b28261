// SPDX-License-Identifier: GPL-2.0
/*
 * How a poller comes and goes: who may have one, which files it serves, and that
 * the last of them and its thread take it along.
 */
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "evtchn.h"
#include "poller.h"

#define EVTCHN_IDLE_MAX	(1000 * 1000)	/* microseconds */

static struct workqueue_struct *evtchn_reaper;

/* It has let go, so that this waits for the rest of its way only. */
static void evtchn_poller_reap(struct work_struct *work)
{
	struct evtchn_poller *poller =
		container_of(work, struct evtchn_poller, reap);

	evtchn_thread_end(poller->thread);
	evtchn_dismiss(&poller->admission);
	kfree_rcu(poller, rcu);
}

/*
 * One user less; the thread goes when it is the only one. It may free the poller
 * as soon as it is: the lock is a read section, too.
 */
void evtchn_poller_put(struct evtchn_poller *poller)
{
	spin_lock(&poller->lock);
	WRITE_ONCE(poller->woken, true);
	if (refcount_dec_and_test(&poller->users))
		queue_work(evtchn_reaper, &poller->reap);
	else
		wake_up(&poller->wait);
	spin_unlock(&poller->lock);
}

static struct evtchn_poller *evtchn_poller_alloc(const struct evtmmap_poller *arg)
{
	struct evtchn_poller *poller = kzalloc(sizeof(*poller), GFP_KERNEL_ACCOUNT);

	if (!poller)
		return NULL;
	poller->idle = ns_to_ktime((u64)arg->idle_us * NSEC_PER_USEC);
	poller->cpu = arg->flags & EVTMMAP_POLLER_CPU ? arg->cpu : -1;
	INIT_LIST_HEAD(&poller->files);
	/* The thread, and the file that it is for. */
	refcount_set(&poller->users, 2);
	poller->nfiles = 1;
	spin_lock_init(&poller->lock);
	INIT_LIST_HEAD(&poller->joining);
	init_waitqueue_head(&poller->wait);
	INIT_WORK(&poller->reap, evtchn_poller_reap);
	return poller;
}

static struct evtchn_poller *evtchn_poller_new(const struct evtmmap_poller *arg)
{
	struct evtchn_poller *poller = evtchn_poller_alloc(arg);
	int ret;

	if (!poller)
		return ERR_PTR(-ENOMEM);
	ret = evtchn_admit(&poller->admission);
	if (ret)
		goto free;
	poller->thread = evtchn_thread_start(poller);
	if (IS_ERR(poller->thread)) {
		ret = PTR_ERR(poller->thread);
		evtchn_dismiss(&poller->admission);
		goto free;
	}
	return poller;
free:
	kfree(poller);
	return ERR_PTR(ret);
}

/*
 * Its user once more, and with a place for a file: who closes files behind a thread
 * that does not run (it may be stopped) finds an end to that. As long as it is not
 * gone the file that we have it from is its user.
 */
static int evtchn_poller_use(struct evtchn_poller *poller)
{
	int ret = 0;

	spin_lock(&poller->lock);
	if (poller->gone)
		ret = -ENXIO;
	else if (poller->nfiles >= EVTMMAP_POLLER_FILES)
		ret = -EAGAIN;
	if (!ret) {
		poller->nfiles++;
		refcount_inc(&poller->users);
	}
	spin_unlock(&poller->lock);
	return ret;
}

/* The poller of another open file. */
static struct evtchn_poller *evtchn_poller_of(int fd)
{
	struct evtchn_poller *poller = NULL;
	struct file *filp = fget(fd);
	struct evtchn_file *file;
	int ret = -ENXIO;

	if (!filp)
		return ERR_PTR(-EBADF);
	file = evtchn_file_of(filp);
	rcu_read_lock();
	if (file)
		poller = rcu_dereference(file->poller);
	else
		ret = -EBADF;
	if (poller)
		ret = evtchn_poller_use(poller);
	rcu_read_unlock();
	fput(filp);
	return ret ? ERR_PTR(ret) : poller;
}

/* Has it one that takes its commands, or is still in its ring? */
static bool evtchn_poller_is_there(struct evtchn_file *file)
{
	struct evtchn_poller *poller;
	bool there = false;

	rcu_read_lock();
	poller = rcu_dereference(file->poller);
	if (poller) {
		spin_lock(&poller->lock);
		there = !poller->gone || file->listed != EVTCHN_UNLISTED;
		spin_unlock(&poller->lock);
	}
	rcu_read_unlock();
	return there;
}

/* EVTMMAP_ENTER_WAKEUP */
void evtchn_poller_wake(struct evtchn_file *file)
{
	struct evtchn_poller *poller;

	rcu_read_lock();
	poller = rcu_dereference(file->poller);
	if (poller) {
		WRITE_ONCE(poller->woken, true);
		wake_up(&poller->wait);
	}
	rcu_read_unlock();
}

/* One that is gone already has left the file as one without a poller. */
static void evtchn_poller_add(struct evtchn_poller *poller,
			      struct evtchn_file *file)
{
	spin_lock(&poller->lock);
	/* The thread may get no CPU for long: until it has met the file it sleeps. */
	WRITE_ONCE(file->ring.header->poller, EVTMMAP_P_NEED_WAKEUP);
	if (!poller->gone) {
		refcount_inc(&file->users);
		list_add_tail(&file->polled, &poller->joining);
		file->listed = EVTCHN_JOINING;
	}
	/* One that sleeps has yet to see it, and its commands. */
	WRITE_ONCE(poller->woken, true);
	wake_up(&poller->wait);
	spin_unlock(&poller->lock);
}

/* ENTER has to know of it first. Of two calls one is late. */
static int evtchn_poller_set(struct evtchn_poller *poller,
			     struct evtchn_file *file)
{
	struct evtchn_poller *old;
	int ret = -EBUSY;

	mutex_lock(&file->bind_lock);
	if (!evtchn_poller_is_there(file)) {
		old = rcu_dereference_protected(file->poller,
						lockdep_is_held(&file->bind_lock));
		rcu_assign_pointer(file->poller, poller);
		if (old)
			evtchn_poller_put(old);
		evtchn_poller_add(poller, file);
		ret = 0;
	}
	mutex_unlock(&file->bind_lock);
	return ret;
}

/* It got no file after all. */
static void evtchn_poller_unuse(struct evtchn_poller *poller)
{
	spin_lock(&poller->lock);
	poller->nfiles--;
	spin_unlock(&poller->lock);
	evtchn_poller_put(poller);
}

/*
 * It keeps a CPU busy. A node that was made for the root of another user
 * namespace gives no right to ours.
 */
static bool evtchn_may_poll(struct evtchn_file *file)
{
	if (current_user_ns() == &init_user_ns &&
	    uid_eq(current_fsuid(), file_inode(file->filp)->i_uid))
		return true;
	return capable(CAP_SYS_NICE);
}

static int evtchn_poller_check(struct evtchn_file *file,
			       const struct evtmmap_poller *arg)
{
	if (arg->flags & ~(EVTMMAP_POLLER_CPU | EVTMMAP_POLLER_SHARE))
		return -EINVAL;
	if (arg->idle_us > EVTCHN_IDLE_MAX)
		return -EINVAL;
	if ((arg->flags & EVTMMAP_POLLER_CPU) &&
	    (arg->cpu >= nr_cpu_ids || !cpu_online(arg->cpu) ||
	     !cpumask_test_cpu(arg->cpu, current->cpus_ptr)))
		return -EINVAL;
	if (!evtchn_consumer(file))
		return -ENXIO;
	if (!evtchn_may_poll(file))
		return -EPERM;
	return evtchn_poller_is_there(file) ? -EBUSY : 0;
}

/**
 * evtchn_poller_join() - EVTMMAP_IOC_POLLER
 * @file: the file
 * @arg: what is asked for
 *
 * Return: see EVTMMAP_IOC_POLLER.
 */
long evtchn_poller_join(struct evtchn_file *file, struct evtmmap_poller __user *arg)
{
	struct evtchn_poller *poller;
	struct evtmmap_poller copy;
	int ret;

	if (copy_from_user(&copy, arg, sizeof(copy)))
		return -EFAULT;
	ret = evtchn_poller_check(file, &copy);
	if (ret)
		return ret;
	poller = copy.flags & EVTMMAP_POLLER_SHARE ?
		 evtchn_poller_of(copy.fd) : evtchn_poller_new(&copy);
	if (IS_ERR(poller))
		return PTR_ERR(poller);
	ret = evtchn_poller_set(poller, file);
	if (ret)
		evtchn_poller_unuse(poller);
	return ret;
}

/* The file is closed; a thread that has met it sees that when it comes to it. */
void evtchn_poller_leave(struct evtchn_file *file)
{
	struct evtchn_poller *poller = rcu_dereference_raw(file->poller);
	bool joining;

	if (!poller)
		return;
	spin_lock(&poller->lock);
	WRITE_ONCE(file->left, true);
	joining = file->listed == EVTCHN_JOINING;
	if (joining) {
		list_del(&file->polled);
		poller->nfiles--;
	}
	spin_unlock(&poller->lock);
	if (joining)
		evtchn_file_put(file);
	evtchn_poller_put(poller);
}

int __init evtchn_poller_init(void)
{
	evtchn_reaper = alloc_workqueue("evtchn-reaper", WQ_UNBOUND, 0);
	return evtchn_reaper ? 0 : -ENOMEM;
}

void evtchn_poller_exit(void)
{
	evtchn_wait_for_none();
	destroy_workqueue(evtchn_reaper);
}
