// SPDX-License-Identifier: GPL-2.0
/* Put around the libraries' system calls too by the linker's --wrap. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench.h"

uint64_t wrapped_calls;

ssize_t __real_read(int fd, void *buf, size_t n);
ssize_t __wrap_read(int fd, void *buf, size_t n);
ssize_t __wrap_read(int fd, void *buf, size_t n)
{
	wrapped_calls++;
	return __real_read(fd, buf, n);
}

ssize_t __real_write(int fd, const void *buf, size_t n);
ssize_t __wrap_write(int fd, const void *buf, size_t n);
ssize_t __wrap_write(int fd, const void *buf, size_t n)
{
	wrapped_calls++;
	return __real_write(fd, buf, n);
}

int __real_poll(struct pollfd *p, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *p, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *p, nfds_t n, int timeout)
{
	wrapped_calls++;
	return __real_poll(p, n, timeout);
}

int __real_ppoll(struct pollfd *p, nfds_t n, const struct timespec *t,
		 const sigset_t *mask);
int __wrap_ppoll(struct pollfd *p, nfds_t n, const struct timespec *t,
		 const sigset_t *mask);
int __wrap_ppoll(struct pollfd *p, nfds_t n, const struct timespec *t,
		 const sigset_t *mask)
{
	wrapped_calls++;
	return __real_ppoll(p, n, t, mask);
}

/* Every ioctl of ours and of the libraries has at most one argument. */
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	wrapped_calls++;
	return __real_ioctl(fd, request, arg);
}
