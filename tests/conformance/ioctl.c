// SPDX-License-Identifier: GPL-2.0
/* Commands that are none, and arguments that are nowhere. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "int80.h"
#include "loop.h"
#include "pages.h"
#include "tap.h"

static const struct {
	unsigned int nr, size;
} commands[] = {
	{ 0, 4 }, { 1, 8 }, { 2, 4 }, { 3, 4 }, { 4, 4 }, { 5, 0 }, { 6, 2 },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

CASE(ioctl_unknown_number_is_enosys)
{
	int fd = evt_open(0);
	uint32_t arg[16] = { 0 };

	CHECK_ERR(ioctl(fd, EVT_IOC(8, 4), arg), ENOSYS);
	CHECK_ERR(ioctl(fd, EVT_IOC(8, 0), arg), ENOSYS);
	CHECK_ERR(ioctl(fd, EVT_IOC(255, 4), arg), ENOSYS);
	CHECK_ERR(ioctl(fd, 0, arg), ENOSYS);
	CHECK_ERR(ioctl(fd, 0xffffffff, arg), ENOSYS);
}

CASE(ioctl_other_type_is_enosys)
{
	int fd = evt_open(0);
	uint32_t arg[16] = { 0 };

	CHECK_ERR(ioctl(fd, _IOC(_IOC_NONE, 'D', 2, 4), arg), ENOSYS);
	CHECK_ERR(ioctl(fd, _IOC(_IOC_NONE, 'e', 2, 4), arg), ENOSYS);
	CHECK_ERR(ioctl(fd, TCGETS, arg), ENOSYS);
	CHECK_ERR(ioctl(fd, FIONREAD, arg), ENOSYS);
}

CASE(ioctl_other_size_is_enosys)
{
	int fd = evt_open(0);
	uint32_t arg[16] = { 0 };
	unsigned int i, size;

	for (i = 0; i < NR_COMMANDS; i++)
		for (size = 0; size <= 16; size++)
			if (size != commands[i].size)
				CHECK_ERR(ioctl(fd, EVT_IOC(commands[i].nr, size),
						arg), ENOSYS);
}

CASE(ioctl_other_direction_is_enosys)
{
	int fd = evt_open(0);
	uint32_t arg[16] = { 0 };
	unsigned int i;

	for (i = 0; i < NR_COMMANDS; i++) {
		unsigned int nr = commands[i].nr, size = commands[i].size;

		CHECK_ERR(ioctl(fd, _IOC(_IOC_READ, 'E', nr, size), arg), ENOSYS);
		CHECK_ERR(ioctl(fd, _IOC(_IOC_WRITE, 'E', nr, size), arg), ENOSYS);
	}
}

CASE(ioctl_null_argument_is_efault)
{
	int fd = evt_open(0);

	CHECK_ERR(ioctl(fd, EVT_BIND_VIRQ, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_BIND_INTERDOMAIN, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_BIND_UNBOUND, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_UNBIND, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_NOTIFY, NULL), EFAULT);
	CHECK_ERR(ioctl(fd, EVT_RESTRICT, NULL), EFAULT);
}

CASE(ioctl_kernel_address_is_efault)
{
	int fd = evt_open(0);
	void *kernel = (void *)-4096L;
	unsigned int i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (commands[i].size)
			CHECK_ERR(ioctl(fd, EVT_IOC(commands[i].nr, commands[i].size),
					kernel), EFAULT);
}

CASE(ioctl_argument_over_the_edge_is_efault)
{
	char *end = page_end();
	int fd = evt_open(0);
	unsigned int i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (commands[i].size)
			CHECK_ERR(ioctl(fd, EVT_IOC(commands[i].nr, commands[i].size),
					end - commands[i].size / 2), EFAULT);
}

CASE(ioctl_argument_may_end_at_the_edge)
{
	uint32_t *arg = (uint32_t *)page_end() - 1;
	int fd = evt_open(0);
	uint32_t port;

	*arg = 0;
	port = CHECK_OK(ioctl(fd, EVT_BIND_UNBOUND, arg));
	*arg = port;
	CHECK_OK(ioctl(fd, EVT_NOTIFY, arg));
	CHECK_OK(ioctl(fd, EVT_UNBIND, arg));
}

CASE(ioctl_argument_may_be_unaligned)
{
	char buf[16] __attribute__((aligned(8))) = { 0 };
	int fd = evt_open(0);

	CHECK_OK(ioctl(fd, EVT_BIND_UNBOUND, buf + 1));
	CHECK_OK(ioctl(fd, EVT_BIND_UNBOUND, buf + 3));
}

CASE(ioctl_argument_may_be_read_only)
{
	static const uint32_t domain;
	int fd = evt_open(0);

	CHECK_OK(ioctl(fd, EVT_BIND_UNBOUND, &domain));
}

CASE(reset_takes_any_argument)
{
	int fd = evt_open(0);

	CHECK_EQ(ioctl(fd, EVT_RESET, NULL), 0);
	CHECK_EQ(ioctl(fd, EVT_RESET, (void *)-4096L), 0);
	CHECK_EQ(ioctl(fd, EVT_RESET, 1), 0);
}

#ifdef __x86_64__
CASE(ioctl_of_a_32_bit_client_works)
{
	uint32_t *arg = int80_page();
	uintptr_t at = (uintptr_t)arg;
	int fd = evt_open(O_NONBLOCK);
	uint32_t a, b;

	CHECK(arg != MAP_FAILED);
	arg[0] = 0;
	a = CHECK_OK(int80_ioctl(fd, EVT_BIND_UNBOUND, at));
	arg[1] = a;
	b = CHECK_OK(int80_ioctl(fd, EVT_BIND_INTERDOMAIN, at));
	evt_cycle(fd, b);
	CHECK_OK(int80_ioctl(fd, EVT_NOTIFY, at + 4));
	evt_cycle(fd, b);
	CHECK_ERR(int80_ioctl(fd, EVT_IOC(8, 4), at), ENOSYS);
}
#endif
