/* SPDX-License-Identifier: GPL-2.0 */
/* For kernel/compat.h; nothing here makes such a command. */
#ifndef SHIM_IO_URING_CMD_H
#define SHIM_IO_URING_CMD_H

struct io_uring_sqe;

struct io_uring_cmd {
	const struct io_uring_sqe *sqe;
};

const void *io_uring_sqe_cmd(const struct io_uring_sqe *sqe);

#endif
