// SPDX-License-Identifier: GPL-2.0
/*
 * Not in the module that ships. The parameters are changed while it runs, in
 * /sys/module/xen_evtchn/parameters.
 */
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/sysfs.h>

#include "debug.h"

#define THREAD	0x20	/* turns a letter into the small one */

static int knob_set(const char *text, const struct kernel_param *param)
{
	uint value;
	int ret = kstrtouint(text, 0, &value);

	if (!ret)
		WRITE_ONCE(*(uint *)param->arg, value);
	return ret;
}

static int knob_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%u\n", READ_ONCE(*(uint *)param->arg));
}

static const struct kernel_param_ops knob = { .set = knob_set, .get = knob_get };

static uint hold_point;
module_param_cb(hold_point, &knob, &hold_point, 0600);
MODULE_PARM_DESC(hold_point, "letter to hold at, by its code: a capital for an interrupt, a small one for a thread; 0 lets go");

static uint hold_cpu = UINT_MAX;
module_param_cb(hold_cpu, &knob, &hold_cpu, 0600);
MODULE_PARM_DESC(hold_cpu, "vCPU on which the next to come there is held");

static uint hold_ms = 10000;
module_param_cb(hold_ms, &knob, &hold_ms, 0600);
MODULE_PARM_DESC(hold_ms, "milliseconds after which it goes on anyway, should a test have died");

static uint held;
module_param_cb(held, &knob, &held, 0400);
MODULE_PARM_DESC(held, "the letter it is held at now, or 0");

static uint first_pos;
module_param_cb(first_pos, &knob, &first_pos, 0600);
MODULE_PARM_DESC(first_pos, "position that rings opened from now on begin at");

static uint short_copy;
module_param_cb(short_copy, &knob, &short_copy, 0600);
MODULE_PARM_DESC(short_copy, "bytes that one copy to a buffer stores at most; 0 is no limit");

void evtchn_hold(enum evtchn_hold_point point)
{
	uint here = in_hardirq() ? point : point | THREAD;
	u64 end;

	if (READ_ONCE(hold_point) != here ||
	    READ_ONCE(hold_cpu) != raw_smp_processor_id())
		return;
	end = ktime_get_mono_fast_ns() +
	      (u64)READ_ONCE(hold_ms) * NSEC_PER_MSEC;
	WRITE_ONCE(held, here);
	while (READ_ONCE(hold_point) == here) {
		/* And the next one need not wait as long again. */
		if (ktime_get_mono_fast_ns() > end)
			WRITE_ONCE(hold_point, 0);
		cpu_relax();
	}
	WRITE_ONCE(held, 0);
}

u32 evtchn_first_pos(void)
{
	return READ_ONCE(first_pos);
}

size_t evtchn_copy_size(size_t size)
{
	uint most = READ_ONCE(short_copy);

	return most && most < size ? most : size;
}
