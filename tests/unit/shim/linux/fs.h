/* SPDX-License-Identifier: GPL-2.0 */
/* An open file, and who wants a signal when it is readable. */
#ifndef SHIM_FS_H
#define SHIM_FS_H

#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>

#include <linux/list.h>
#include <linux/types.h>

struct inode;
struct vm_area_struct;

struct file {
	void *private_data;
	unsigned int f_flags;
};

/* A call that reads or writes it. */
struct kiocb {
	struct file *ki_filp;
	int ki_flags;
};

#define IOCB_NOWAIT	1

struct fasync_struct {
	int thread;
};

/* The signal is pending before this returns; a locked instruction made it so. */
void kill_fasync(struct fasync_struct **fasync, int sig, int band);

#endif
