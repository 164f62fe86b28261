// SPDX-License-Identifier: GPL-2.0
/* What close, dup, fork, exec and SCM_RIGHTS do to a file and its ports. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "pass.h"
#include "tap.h"
#include "xencall.h"

/* Can somebody connect to it? The answer without a witness. */
static void check_closed(uint32_t port)
{
	CHECK_ERR(evt_bind_interdomain(evt_open(0), 0, port), EINVAL);
}

CASE(close_unbinds_an_unbound_port)
{
	int fd = evt_open(0);
	int a = CHECK_OK(evt_bind_unbound(fd, 0));

	close(fd);
	check_closed(a);
	CHECK_EQ(xen_port_state(a), XEN_PORT_CLOSED);
}

CASE(close_unbinds_every_port)
{
	int fd = evt_open(O_NONBLOCK), i;
	struct loop l[20];

	for (i = 0; i < 20; i++)
		l[i] = loop_bind(fd, fd);
	close(fd);
	for (i = 0; i < 20; i++) {
		CHECK_EQ(xen_port_state(l[i].a), XEN_PORT_CLOSED);
		CHECK_EQ(xen_port_state(l[i].b), XEN_PORT_CLOSED);
	}
}

CASE(close_leaves_the_peer_unbound)
{
	struct loop l = loop_open_two();

	close(l.fd);
	CHECK_EQ(xen_port_state(l.a), XEN_PORT_UNBOUND);
	CHECK_EQ(evt_notify(l.fd_a, l.a), 0);
	l.fd = evt_open(O_NONBLOCK);
	l.b = CHECK_OK(evt_bind_interdomain(l.fd, 0, l.a));
	evt_cycle(l.fd, l.b);
	loop_fire(&l);
	evt_expect(l.fd, l.b);
}

CASE(close_with_events_waiting_and_ports_masked)
{
	int i;

	for (i = 0; i < 10; i++) {
		struct loop l = loop_open(), m = loop_bind(l.fd, l.fd);

		evt_expect(m.fd, m.b);
		loop_fire_wait(&l);
		close(l.fd);
		check_closed(l.a);
	}
}

CASE(exit_unbinds_every_port)
{
	int pipefd[2];
	uint32_t port;
	pid_t pid;

	CHECK_OK(pipe(pipefd));
	pid = CHECK_OK(fork());
	if (!pid) {
		port = CHECK_OK(evt_bind_unbound(evt_open(0), 0));
		CHECK_EQ(write(pipefd[1], &port, 4), 4);
		_exit(0);
	}
	tap_reap(pid);
	CHECK_EQ(read(pipefd[0], &port, 4), 4);
	check_closed(port);
}

CASE(dup_shares_ports_and_ring)
{
	struct loop l = loop_open();
	int copy = CHECK_OK(dup(l.fd));

	loop_fire(&l);
	evt_expect(copy, l.b);
	evt_silent(l.fd);
	evt_unmask(copy, l.b);
	CHECK_OK(evt_notify(copy, l.a));
	evt_expect(l.fd, l.b);
}

CASE(dup_keeps_the_ports_when_the_first_is_closed)
{
	struct loop l = loop_open();
	int copy = CHECK_OK(dup(l.fd));

	loop_fire_wait(&l);
	close(l.fd);
	evt_cycle(copy, l.b);
	CHECK_OK(evt_notify(copy, l.a));
	evt_expect(copy, l.b);
	close(copy);
	check_closed(l.a);
}

CASE(fork_shares_ports_and_ring)
{
	struct loop l = loop_open();
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		evt_cycle(l.fd, l.b);
		CHECK_OK(evt_notify(l.fd, l.b));
		_exit(0);
	}
	loop_fire(&l);
	tap_reap(pid);
	evt_expect(l.fd, l.a);
}

CASE(fork_keeps_the_ports_when_the_parent_closes)
{
	struct loop l = loop_open();
	int go[2];
	pid_t pid;
	char c;

	CHECK_OK(pipe(go));
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK_EQ(read(go[0], &c, 1), 1);
		loop_fire(&l);
		evt_expect(l.fd, l.b);
		_exit(0);
	}
	close(l.fd);
	CHECK_EQ(write(go[1], "", 1), 1);
	tap_reap(pid);
	check_closed(l.a);
}

/* The other half of exec_keeps_the_file: all it has is numbers. */
int tap_exec(int argc, char **argv)
{
	struct loop l;

	CHECK_EQ(argc, 3);
	l.fd = l.fd_a = atoi(argv[0]);
	l.a = atoi(argv[1]);
	l.b = atoi(argv[2]);
	evt_cycle(l.fd, l.b);
	loop_fire(&l);
	evt_cycle(l.fd, l.b);
	CHECK_OK(evt_unbind(l.fd, l.b));
	CHECK_ERR(evt_notify(l.fd, l.b), ENOTCONN);
	return 0;
}

CASE(exec_keeps_the_file_its_ports_and_its_events)
{
	char fd[16], a[16], b[16];
	struct loop l = loop_open();
	pid_t pid;

	snprintf(fd, sizeof(fd), "%d", l.fd);
	snprintf(a, sizeof(a), "%u", l.a);
	snprintf(b, sizeof(b), "%u", l.b);
	loop_fire_wait(&l);
	pid = CHECK_OK(fork());
	if (!pid) {
		CHECK_OK(execl("/proc/self/exe", "conformance", TAP_EXEC, fd, a, b,
			       NULL));
		_exit(1);
	}
	close(l.fd);
	tap_reap(pid);
	check_closed(l.a);
}

CASE(file_can_be_passed_to_another_process)
{
	int sock[2];
	struct loop l;
	uint32_t port;
	pid_t pid;

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	pid = CHECK_OK(fork());
	if (!pid) {
		l.fd = receive_fd(sock[0]);
		port = evt_take(l.fd);
		evt_unmask(l.fd, port);
		CHECK_OK(evt_notify(l.fd, port));
		_exit(0);
	}
	l = loop_open();
	loop_fire_wait(&l);
	send_fd(sock[1], l.fd);
	tap_reap(pid);
	evt_expect(l.fd, l.a);
}

CASE(file_in_flight_keeps_its_ports)
{
	struct loop l = loop_open();
	int sock[2], fd;

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sock));
	send_fd(sock[1], l.fd);
	loop_fire_wait(&l);
	close(l.fd);
	fd = receive_fd(sock[0]);
	evt_expect(fd, l.b);
}

CASE(closed_file_frees_its_virq_and_its_interrupts)
{
	int i, fd;

	for (i = 0; i < 10; i++) {
		fd = evt_open(0);
		CHECK_OK(evt_bind_virq(fd, EVT_VIRQ_TBUF));
		CHECK_OK(evt_bind_unbound(fd, 0));
		close(fd);
	}
}
