/* SPDX-License-Identifier: GPL-2.0 */
/* Only kernel/port.c, which is not compiled here, has one. */
struct rw_semaphore;
