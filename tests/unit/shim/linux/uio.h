/* SPDX-License-Identifier: GPL-2.0 */
/* A buffer of user memory that is always there. */
#ifndef SHIM_UIO_H
#define SHIM_UIO_H

#include <string.h>

#include <linux/fs.h>
#include <linux/slab.h>

struct iov_iter {
	char *at;
	size_t count;
};

#define ITER_SOURCE	1

static inline void iov_iter_ubuf(struct iov_iter *iter, int direction, void *at,
				 size_t count)
{
	iter->at = at;
	iter->count = count;
}

static inline size_t iov_iter_count(const struct iov_iter *iter)
{
	return iter->count;
}

static inline void iov_iter_move(struct iov_iter *iter, size_t n)
{
	iter->at += n;
	iter->count -= n;
}

static inline void iov_iter_revert(struct iov_iter *iter, size_t n)
{
	iter->at -= n;
	iter->count += n;
}

static inline size_t copy_to_iter(const void *from, size_t n, struct iov_iter *iter)
{
	memcpy(iter->at, from, n);
	iov_iter_move(iter, n);
	return n;
}

static inline bool copy_from_iter_full(void *to, size_t n, struct iov_iter *iter)
{
	memcpy(to, iter->at, n);
	iov_iter_move(iter, n);
	return true;
}

static inline size_t fault_in_iov_iter_writeable(const struct iov_iter *iter, size_t n)
{
	(void)iter;
	(void)n;
	return 0;
}

#endif
