// SPDX-License-Identifier: GPL-2.0
/* The device node and the names by which others know the driver. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "proc.h"
#include "tap.h"

CASE(node_is_private_to_root)
{
	struct stat st;

	CHECK_OK(stat(EVT_NODE, &st));
	CHECK(S_ISCHR(st.st_mode));
	CHECK_EQ(st.st_mode & 07777, 0600);
	CHECK_EQ(st.st_uid, 0);
	CHECK_EQ(st.st_gid, 0);
}

CASE(node_refuses_other_users)
{
	CHECK_OK(setresuid(65534, 65534, 65534));
	CHECK_ERR(open(EVT_NODE, O_RDWR), EACCES);
}

CASE(node_is_misc_device_xen_evtchn)
{
	unsigned int minor_nr;
	struct stat st;
	char line[64], name[32];

	CHECK_OK(stat(EVT_NODE, &st));
	CHECK_EQ(major(st.st_rdev), 10);
	CHECK(proc_find("/proc/misc", "xen/evtchn", line, sizeof(line)));
	CHECK_EQ(sscanf(line, "%u %31s", &minor_nr, name), 2);
	CHECK(!strcmp(name, "xen/evtchn"));
	CHECK_EQ(minor(st.st_rdev), minor_nr);
}

CASE(node_has_its_place_in_sysfs)
{
	struct stat node;
	char line[32];
	unsigned int ma, mi;

	CHECK(proc_find("/sys/class/misc/xen!evtchn/dev", ":", line, sizeof(line)));
	CHECK_EQ(sscanf(line, "%u:%u", &ma, &mi), 2);
	CHECK_OK(stat(EVT_NODE, &node));
	CHECK_EQ(node.st_rdev, makedev(ma, mi));
}

CASE(module_is_called_xen_evtchn)
{
	char line[256];

	CHECK(proc_find("/proc/modules", EVT_MODULE " ", line, sizeof(line)));
}

static int module_users(void)
{
	char line[256];
	int users;

	CHECK(proc_find("/proc/modules", EVT_MODULE " ", line, sizeof(line)));
	CHECK_EQ(sscanf(line, "%*s %*d %d", &users), 1);
	return users;
}

CASE(module_counts_its_open_files)
{
	int before = module_users();
	int a = evt_open(0), b = evt_open(0);

	CHECK_EQ(module_users(), before + 2);
	close(a);
	close(b);
	CHECK_EQ(module_users(), before);
}

CASE(module_stays_while_a_file_is_open)
{
	evt_open(0);
	CHECK_ERR(syscall(SYS_delete_module, EVT_MODULE, O_NONBLOCK), EWOULDBLOCK);
	evt_open(0);
}

CASE(interrupt_is_named_after_the_process)
{
	struct loop l;

	proc_set_name("evt-name");
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:evt-name"), 0);
	l = loop_open();
	CHECK_EQ(proc_count("/proc/interrupts", " evtchn:evt-name\n"), 2);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_EQ(proc_count("/proc/interrupts", " evtchn:evt-name\n"), 1);
	close(l.fd);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:evt-name"), 0);
}

CASE(interrupt_keeps_the_name_of_the_opener)
{
	int fd;

	proc_set_name("evt-opener");
	fd = evt_open(0);
	proc_set_name("evt-binder");
	CHECK_OK(evt_bind_unbound(fd, 0));
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:evt-opener"), 1);
	CHECK_EQ(proc_count("/proc/interrupts", "evtchn:evt-binder"), 0);
}

CASE(read_only_file_reads_and_binds)
{
	int fd = CHECK_OK(open(EVT_NODE, O_RDONLY | O_NONBLOCK));
	struct loop l = loop_bind(fd, fd);

	evt_expect(fd, l.b);
	CHECK_ERR(write(fd, &l.b, 4), EBADF);
}

CASE(write_only_file_writes_and_binds)
{
	int fd = CHECK_OK(open(EVT_NODE, O_WRONLY | O_NONBLOCK));
	struct loop l = loop_bind(fd, fd);
	uint32_t port;

	evt_wait(fd);
	CHECK_ERR(read(fd, &port, 4), EBADF);
	CHECK_EQ(write(fd, &l.b, 4), 4);
}

CASE(file_cannot_seek)
{
	struct loop l = loop_open();

	CHECK_ERR(lseek(l.fd, 0, SEEK_SET), ESPIPE);
	CHECK_ERR(lseek(l.fd, 0, SEEK_CUR), ESPIPE);
	CHECK_ERR(lseek(l.fd, 0, SEEK_END), ESPIPE);
}

CASE(pread_and_pwrite_are_refused)
{
	struct loop l = loop_open();
	uint32_t port = l.b;

	loop_fire_wait(&l);
	CHECK_ERR(pread(l.fd, &port, 4, 0), ESPIPE);
	CHECK_ERR(pwrite(l.fd, &port, 4, 0), ESPIPE);
	evt_expect(l.fd, l.b);
}
