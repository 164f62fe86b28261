// SPDX-License-Identifier: GPL-2.0
/*
 * How many pollers there may be. The kernel's own limits count their threads
 * where they are threads of a process; these hold everywhere.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "poller.h"

static unsigned int max_pollers = 1024;
module_param(max_pollers, uint, 0644);
MODULE_PARM_DESC(max_pollers, "how many pollers there may be in all");

static unsigned int max_user_pollers = 32;
module_param(max_user_pollers, uint, 0644);
MODULE_PARM_DESC(max_user_pollers,
		 "how many of one user's, unless it has CAP_SYS_RESOURCE");

/* So few, made so seldom, that they are counted one by one. */
static LIST_HEAD(evtchn_pollers);
static DEFINE_SPINLOCK(evtchn_pollers_lock);
static DECLARE_WAIT_QUEUE_HEAD(evtchn_pollers_wait);

static bool evtchn_is_full(kuid_t uid, bool privileged)
{
	struct evtchn_admission *other;
	unsigned int all = 0, users = 0;

	list_for_each_entry(other, &evtchn_pollers, all) {
		all++;
		users += uid_eq(other->uid, uid);
	}
	return all >= READ_ONCE(max_pollers) ||
	       (!privileged && users >= READ_ONCE(max_user_pollers));
}

/*
 * One more of the caller's user. Whether it has the capability is asked only if
 * it needs it, since that is noted.
 */
static bool evtchn_try_admit(struct evtchn_admission *admission, bool privileged)
{
	bool full;

	spin_lock(&evtchn_pollers_lock);
	full = evtchn_is_full(admission->uid, privileged);
	if (!full)
		list_add(&admission->all, &evtchn_pollers);
	spin_unlock(&evtchn_pollers_lock);
	return !full;
}

/* Return: 0; EAGAIN if there are enough. */
int evtchn_admit(struct evtchn_admission *admission)
{
	admission->uid = current_uid();
	if (evtchn_try_admit(admission, false))
		return 0;
	return capable(CAP_SYS_RESOURCE) && evtchn_try_admit(admission, true) ?
	       0 : -EAGAIN;
}

/* It is gone, and its memory may be freed. */
void evtchn_dismiss(struct evtchn_admission *admission)
{
	spin_lock(&evtchn_pollers_lock);
	list_del(&admission->all);
	if (list_empty(&evtchn_pollers))
		wake_up(&evtchn_pollers_wait);
	spin_unlock(&evtchn_pollers_lock);
}

static bool evtchn_none_left(void)
{
	bool none;

	spin_lock(&evtchn_pollers_lock);
	none = list_empty(&evtchn_pollers);
	spin_unlock(&evtchn_pollers_lock);
	return none;
}

/* No file is open any more, but a thread may have got no CPU yet to let go. */
void evtchn_wait_for_none(void)
{
	wait_event_idle(evtchn_pollers_wait, evtchn_none_left());
}
