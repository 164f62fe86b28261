/* SPDX-License-Identifier: GPL-2.0 */
/* io_uring in its barest form: one request at a time, no library. */
#ifndef URING_H
#define URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct uring {
	int fd;
	void *rings;
	struct io_uring_sqe *sqes;
	struct io_uring_params params;
};

bool uring_open(struct uring *u);	/* false: there is none */
void uring_close(struct uring *u);
/* -1 and errno, or 0 */
int uring_register(struct uring *u, unsigned int opcode, const void *arg,
		   unsigned int n);
void uring_submit(struct uring *u, const struct io_uring_sqe *sqe);
/* The same when it may fail: what the system call gave. */
int uring_try(struct uring *u, const struct io_uring_sqe *sqe);
/* EVTMMAP_IOC_* or one of the classic ones, with what it would point to. */
struct io_uring_sqe uring_command(int fd, uint32_t cmd, uint32_t word0,
				  uint32_t word1);
int uring_wait(struct uring *u);	/* the next result: -errno or more */
bool uring_done(struct uring *u, int *result);	/* without waiting */

#endif
