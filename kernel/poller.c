// SPDX-License-Identifier: GPL-2.0
/*
 * T5: a thread takes the commands, so that user space makes no system call at
 * all.
 *
 * One thread for a file, or for several that share it. It looks at each in turn
 * for as long as there is work, and some time longer; then it says in each
 * header that it sleeps, looks once more, and sleeps until ENTER wakes it.
 *
 * Nobody waits for it, as it may get no CPU, or be frozen. So its list of files
 * is touched by nobody else, and it holds a use of each. Who closes one says so
 * and goes; the last of the two frees the file.
 */
#include <linux/freezer.h>
#include <linux/sched/signal.h>

#include "evtchn.h"
#include "poller.h"

static bool evtchn_poll_file(struct evtchn_file *file)
{
	struct evtmmap_header *header = file->ring.header;
	u32 head = READ_ONCE(header->command_head);

	/* Of one that is closed meanwhile no port is found any more. */
	evtchn_take_commands(file, evtchn_consumer(file), EVTMMAP_COMMANDS);
	return head != READ_ONCE(header->command_head);
}

/* From here on the file may have another poller. */
static void evtchn_poller_drop(struct evtchn_poller *poller, struct evtchn_file *file)
{
	spin_lock(&poller->lock);
	list_del(&file->polled);
	file->listed = EVTCHN_UNLISTED;
	poller->nfiles--;
	spin_unlock(&poller->lock);
	evtchn_file_put(file);
}

/* Take what there is. Return: whether there was anything. */
static bool evtchn_poller_look(struct evtchn_poller *poller)
{
	struct evtchn_file *file, *next;
	bool any = false;

	list_for_each_entry_safe(file, next, &poller->files, polled) {
		if (READ_ONCE(file->left))
			evtchn_poller_drop(poller, file);
		else
			any |= evtchn_poll_file(file);
		cond_resched();
	}
	return any;
}

/* In every header. */
static void evtchn_poller_say(struct evtchn_poller *poller, u32 flags)
{
	struct evtchn_file *file;

	list_for_each_entry(file, &poller->files, polled)
		WRITE_ONCE(file->ring.header->poller, flags);
	evtchn_poller_said();
}

/* Take on who waits for that. Context: under the lock. */
static void evtchn_poller_take_on(struct evtchn_poller *poller)
{
	struct evtchn_file *file;

	list_for_each_entry(file, &poller->joining, polled)
		file->listed = EVTCHN_MET;
	list_splice_tail_init(&poller->joining, &poller->files);
}

/* Who joins, leaves or wakes it after this keeps it from sleeping. */
static void evtchn_poller_meet(struct evtchn_poller *poller)
{
	spin_lock(&poller->lock);
	WRITE_ONCE(poller->woken, false);
	evtchn_poller_take_on(poller);
	spin_unlock(&poller->lock);
}

/* Whoever stored a command before the header said so relies on this look. */
static bool evtchn_poller_rest(struct evtchn_poller *poller)
{
	evtchn_poller_say(poller, EVTMMAP_P_NEED_WAKEUP);
	return evtchn_poller_look(poller);
}

/* Nobody can become its user any more. */
static bool evtchn_poller_is_alone(struct evtchn_poller *poller)
{
	return refcount_read(&poller->users) == 1;
}

/*
 * The last file may have left before we meet who comes: nobody wakes us then. A
 * kernel thread is frozen here: whoever could store commands is frozen before it.
 */
static void evtchn_poller_sleep(struct evtchn_poller *poller)
{
	evtchn_poller_meet(poller);
	if (!evtchn_poller_rest(poller))
		wait_event_freezable(poller->wait,
				     READ_ONCE(poller->woken) ||
				     evtchn_poller_is_alone(poller));
	evtchn_poller_say(poller, 0);
}

static void evtchn_poller_loop(struct evtchn_poller *poller)
{
	ktime_t end = ktime_add(ktime_get(), poller->idle);

	while (!evtchn_poller_is_alone(poller) && !signal_pending(current)) {
		/* Until it says so here, they do without it. */
		if (!list_empty(&poller->joining)) {
			evtchn_poller_meet(poller);
			evtchn_poller_say(poller, 0);
		}
		if (evtchn_poller_look(poller)) {
			end = ktime_add(ktime_get(), poller->idle);
		} else if (ktime_after(ktime_get(), end)) {
			evtchn_poller_sleep(poller);
			end = ktime_add(ktime_get(), poller->idle);
		} else {
			cpu_relax();
		}
	}
}

/**
 * evtchn_poller_work() - take commands for as long as there are files
 * @poller: the caller's
 *
 * Context: the thread; in a state in which it sleeps until it is ended if this
 * says so.
 * Return: true if a signal came: to be handled, and if it did not kill, to be
 * followed by another call; false if there is no work any more.
 */
bool evtchn_poller_work(struct evtchn_poller *poller)
{
	if (poller->gone)
		return false;
	__set_current_state(TASK_RUNNING);
	if (!poller->begun)
		evtchn_thread_begin(poller->cpu);
	poller->begun = true;
	evtchn_poller_say(poller, 0);
	evtchn_poller_loop(poller);
	/* It may be stopped, or frozen, for as long as somebody likes. */
	evtchn_poller_rest(poller);
	if (!evtchn_poller_is_alone(poller))
		return true;
	evtchn_poller_let_go(poller);
	return false;
}

/**
 * evtchn_poller_let_go() - the thread works no more
 * @poller: the caller's
 *
 * Its files, if there are any, go on as those that have none.
 *
 * Context: the thread; it touches the poller no more but to ask whether it has
 * let go.
 */
void evtchn_poller_let_go(struct evtchn_poller *poller)
{
	struct evtchn_file *file, *next;

	if (poller->gone)
		return;
	spin_lock(&poller->lock);
	WRITE_ONCE(poller->gone, true);
	evtchn_poller_take_on(poller);
	spin_unlock(&poller->lock);
	evtchn_poller_rest(poller);
	list_for_each_entry_safe(file, next, &poller->files, polled)
		evtchn_poller_drop(poller, file);
	evtchn_poller_put(poller);
}
