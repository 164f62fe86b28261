// SPDX-License-Identifier: GPL-2.0
/*
 * What a poller's thread is made of.
 *
 * Where the kernel lets a module make one, a thread of the caller's process,
 * as vhost has: the limits on threads and memory count it, a cgroup freezes and
 * moves it, a cpuset holds it, and it dies with its process. Elsewhere a kernel
 * thread that is put into the caller's cgroup, which does none of that but for
 * the cpuset and the CPU time; suspend alone freezes it.
 *
 * Either begins with the caller's CPUs and class, and never with a real-time one:
 * that would spin on a CPU and let nobody else run there.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/sched.h>

#include "compat.h"
#include "poller.h"

static bool evtchn_is_realtime(const struct task_struct *task)
{
	return task->policy == SCHED_FIFO || task->policy == SCHED_RR ||
	       task->policy == SCHED_DEADLINE;
}

/**
 * evtchn_thread_begin() - what the thread does first, and once
 * @cpu: where it is to run, or -1
 *
 * From then on it is moved like any thread: it has no PF_NO_SETAFFINITY.
 */
void evtchn_thread_begin(int cpu)
{
	if (evtchn_is_realtime(current))
		sched_set_normal(current, task_nice(current));
	/* Its cpuset may have changed since the caller was asked. */
	if (cpu >= 0 && cpumask_test_cpu(cpu, current->cpus_ptr))
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

#ifdef EVTCHN_VHOST_TASK

#include <linux/sched/vhost_task.h>

static bool evtchn_thread_run(void *poller)
{
	return evtchn_poller_work(poller);
}

static void evtchn_thread_killed(void *poller)
{
	evtchn_poller_let_go(poller);
}

/**
 * evtchn_thread_start() - make the thread of a poller
 * @poller: what it is to call evtchn_poller_work() for
 *
 * Return: it, to be ended by evtchn_thread_end(); EAGAIN beyond a limit of the
 * caller's, ENOMEM.
 */
struct evtchn_thread *evtchn_thread_start(struct evtchn_poller *poller)
{
	struct vhost_task *task = vhost_task_create(evtchn_thread_run,
						    evtchn_thread_killed,
						    poller, "evtchn-poll");

	/* Older kernels do not say why. */
	if (!task)
		return ERR_PTR(-EAGAIN);
	if (!IS_ERR(task))
		vhost_task_start(task);
	return (struct evtchn_thread *)task;
}

/* Waits for it: only for one that has let go already. */
void evtchn_thread_end(struct evtchn_thread *thread)
{
	vhost_task_stop((struct vhost_task *)thread);
}

#else

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/freezer.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <uapi/linux/sched/types.h>

static int evtchn_thread_main(void *poller)
{
	set_freezable();
	allow_signal(SIGKILL);
	/* One that was killed works no more. */
	evtchn_poller_work(poller);
	evtchn_poller_let_go(poller);
	for (;;) {
		set_current_state(TASK_IDLE | TASK_FREEZABLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/*
 * A cgroup asks whether we may move the thread, which is root's, when it has a
 * cpuset. It is moved to where we are, so the kernel may.
 */
static int evtchn_thread_join_cgroups(struct task_struct *task)
{
	struct cred *kernel = prepare_kernel_cred(&init_task);
	const struct cred *ours;
	int ret;

	if (!kernel)
		return -ENOMEM;
	ours = override_creds(kernel);
	ret = cgroup_attach_task_all(current, task);
	revert_creds(ours);
	put_cred(kernel);
	return ret;
}

static int evtchn_thread_place(struct task_struct *task)
{
	struct sched_attr attr = {
		.size		= sizeof(attr),
		.sched_policy	= evtchn_is_realtime(current) ?
				  SCHED_NORMAL : current->policy,
		.sched_nice	= task_nice(current),
	};
	int ret = evtchn_thread_join_cgroups(task);

	/* sched_setattr() gives SCHED_IDLE no nice value. */
	set_user_nice(task, task_nice(current));
	if (!ret)
		ret = set_cpus_allowed_ptr(task, current->cpus_ptr);
	return ret ? ret : sched_setattr_nocheck(task, &attr);
}

struct evtchn_thread *evtchn_thread_start(struct evtchn_poller *poller)
{
	struct task_struct *task;
	int ret;

	task = kthread_create(evtchn_thread_main, poller, "evtchn-poll/%d",
			      task_pid_nr(current));
	if (IS_ERR(task))
		return ERR_CAST(task);
	ret = evtchn_thread_place(task);
	if (ret) {
		kthread_stop(task);
		return ERR_PTR(ret);
	}
	wake_up_process(task);
	return (struct evtchn_thread *)task;
}

void evtchn_thread_end(struct evtchn_thread *thread)
{
	kthread_stop((struct task_struct *)thread);
}

#endif
