// SPDX-License-Identifier: GPL-2.0
/*
 * T5: a kernel thread takes the commands, so that user space makes no system
 * call at all.
 *
 * One thread for a file, or for several that share it. It looks at each in turn
 * for as long as there is work, and some time longer; then it says in each
 * header that it sleeps, looks once more, and sleeps until ENTER wakes it.
 */
#include <linux/cgroup.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "evtchn.h"

#define EVTCHN_IDLE_MAX	(1000 * 1000)	/* microseconds */

/**
 * struct evtchn_poller - the thread, and whose commands it takes
 * @task: the thread
 * @users: its files; the last one takes the poller with it
 * @lock: for @files
 * @files: by evtchn_file.polled
 * @says: what the headers of its files say of it; under @lock
 * @woken: ENTER has asked it not to sleep
 * @wait: where it sleeps
 * @idle: how long it looks without finding anything
 */
struct evtchn_poller {
	struct task_struct *task;
	refcount_t users;
	struct mutex lock;
	struct list_head files;
	u32 says;
	bool woken;
	wait_queue_head_t wait;
	ktime_t idle;
};

/* Take what there is. Return: whether there was anything. */
static bool evtchn_poll_files(struct evtchn_poller *poller)
{
	struct evtchn_file *file;
	bool any = false;
	u32 head;

	mutex_lock(&poller->lock);
	list_for_each_entry(file, &poller->files, polled) {
		head = READ_ONCE(file->ring.header->command_head);
		evtchn_take_commands(file, evtchn_consumer(file),
				     EVTMMAP_COMMANDS);
		any |= head != READ_ONCE(file->ring.header->command_head);
	}
	mutex_unlock(&poller->lock);
	return any;
}

/* In every header. A file that comes later says it itself. */
static void evtchn_poller_say(struct evtchn_poller *poller, u32 flags)
{
	struct evtchn_file *file;

	mutex_lock(&poller->lock);
	poller->says = flags;
	list_for_each_entry(file, &poller->files, polled)
		WRITE_ONCE(file->ring.header->poller, flags);
	mutex_unlock(&poller->lock);
	evtchn_poller_said();
}

/* Return: false if a signal came, which can only be the one that kills. */
static bool evtchn_poller_sleep(struct evtchn_poller *poller)
{
	int ret = 0;

	WRITE_ONCE(poller->woken, false);
	evtchn_poller_say(poller, EVTMMAP_P_NEED_WAKEUP);
	if (!evtchn_poll_files(poller))
		ret = wait_event_interruptible(poller->wait,
					       READ_ONCE(poller->woken) ||
					       kthread_should_stop());
	if (!ret)
		evtchn_poller_say(poller, 0);
	return !ret;
}

static void evtchn_poller_work(struct evtchn_poller *poller)
{
	ktime_t end = ktime_add(ktime_get(), poller->idle);

	while (!kthread_should_stop() && !signal_pending(current)) {
		if (evtchn_poll_files(poller)) {
			end = ktime_add(ktime_get(), poller->idle);
		} else if (ktime_after(ktime_get(), end)) {
			if (!evtchn_poller_sleep(poller))
				break;
			end = ktime_add(ktime_get(), poller->idle);
		} else {
			cpu_relax();
		}
		cond_resched();
	}
}

/* One that was killed works no more, but stays until its files go. */
static int evtchn_poller_run(void *data)
{
	struct evtchn_poller *poller = data;

	allow_signal(SIGKILL);
	evtchn_poller_work(poller);
	evtchn_poller_say(poller, EVTMMAP_P_NEED_WAKEUP);
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void evtchn_poller_free(struct evtchn_poller *poller)
{
	if (!IS_ERR_OR_NULL(poller->task))
		kthread_stop(poller->task);
	kfree(poller);
}

/*
 * Waits for a thread that may get little of a CPU, and so under no lock that
 * other pollers need.
 */
static void evtchn_poller_put(struct evtchn_poller *poller)
{
	if (refcount_dec_and_test(&poller->users))
		evtchn_poller_free(poller);
}

/* Its time counts for whoever asked for it, and is no better than theirs. */
static int evtchn_poller_start(struct evtchn_poller *poller,
			       const struct evtmmap_poller *arg)
{
	int ret;

	poller->task = kthread_create(evtchn_poller_run, poller, "evtchn-poll/%d",
				      task_pid_nr(current));
	if (IS_ERR(poller->task))
		return PTR_ERR(poller->task);
	ret = cgroup_attach_task_all(current, poller->task);
	if (ret)
		return ret;
	set_user_nice(poller->task, task_nice(current));
	if (arg->flags & EVTMMAP_POLLER_CPU)
		kthread_bind(poller->task, arg->cpu);
	return 0;
}

static struct evtchn_poller *evtchn_poller_new(const struct evtmmap_poller *arg)
{
	struct evtchn_poller *poller = kzalloc(sizeof(*poller), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!poller)
		return ERR_PTR(-ENOMEM);
	refcount_set(&poller->users, 1);
	mutex_init(&poller->lock);
	INIT_LIST_HEAD(&poller->files);
	init_waitqueue_head(&poller->wait);
	poller->idle = ns_to_ktime((u64)arg->idle_us * NSEC_PER_USEC);
	ret = evtchn_poller_start(poller, arg);
	if (ret) {
		evtchn_poller_free(poller);
		return ERR_PTR(ret);
	}
	return poller;
}

/* The poller of another open file, which keeps it until we are its user too. */
static struct evtchn_poller *evtchn_poller_of(int fd)
{
	struct evtchn_poller *poller = ERR_PTR(-EBADF);
	struct file *filp = fget(fd);
	struct evtchn_file *file;

	if (!filp)
		return poller;
	file = evtchn_file_of(filp);
	if (file)
		poller = rcu_dereference_raw(file->poller) ?: ERR_PTR(-ENXIO);
	if (!IS_ERR(poller))
		refcount_inc(&poller->users);
	fput(filp);
	return poller;
}

/* EVTMMAP_ENTER_WAKEUP */
void evtchn_poller_wake(struct evtchn_file *file)
{
	struct evtchn_poller *poller = rcu_dereference_raw(file->poller);

	if (!poller)
		return;
	WRITE_ONCE(poller->woken, true);
	wake_up(&poller->wait);
}

/* Unbind has to know of it first, and so has ENTER. Of two calls one is late. */
static int evtchn_poller_add(struct evtchn_poller *poller,
			     struct evtchn_file *file)
{
	bool busy;

	mutex_lock(&file->bind_lock);
	busy = rcu_access_pointer(file->poller);
	if (!busy)
		rcu_assign_pointer(file->poller, poller);
	mutex_unlock(&file->bind_lock);
	if (busy)
		return -EBUSY;

	mutex_lock(&poller->lock);
	list_add_tail(&file->polled, &poller->files);
	WRITE_ONCE(file->ring.header->poller, poller->says);
	mutex_unlock(&poller->lock);
	/* A new thread begins; one that sleeps may have commands already. */
	wake_up_process(poller->task);
	evtchn_poller_wake(file);
	return 0;
}

static int evtchn_poller_check(struct evtchn_file *file,
			       const struct evtmmap_poller *arg)
{
	if (arg->flags & ~(EVTMMAP_POLLER_CPU | EVTMMAP_POLLER_SHARE))
		return -EINVAL;
	if (arg->idle_us > EVTCHN_IDLE_MAX)
		return -EINVAL;
	if ((arg->flags & EVTMMAP_POLLER_CPU) &&
	    (arg->cpu >= nr_cpu_ids || !cpu_online(arg->cpu)))
		return -EINVAL;
	if (!evtchn_consumer(file))
		return -ENXIO;
	if (!uid_eq(current_fsuid(), file_inode(file->filp)->i_uid) &&
	    !capable(CAP_SYS_NICE))
		return -EPERM;
	return rcu_access_pointer(file->poller) ? -EBUSY : 0;
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
	ret = evtchn_poller_add(poller, file);
	if (ret)
		evtchn_poller_put(poller);
	return ret;
}

/* The file is closed. */
void evtchn_poller_leave(struct evtchn_file *file)
{
	struct evtchn_poller *poller = rcu_dereference_raw(file->poller);

	if (!poller)
		return;
	mutex_lock(&poller->lock);
	list_del(&file->polled);
	mutex_unlock(&poller->lock);
	evtchn_poller_put(poller);
}
