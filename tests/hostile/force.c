// SPDX-License-Identifier: GPL-2.0
/* No call writes the kernel's pages, by whatever way. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "frame.h"

#define PAGE	CONSUMER_PAGE

/* Where a child maps the header, for its parent to write. */
#define THERE	((void *)0x500000000)

static void refuses_write(int mem, void *p)
{
	uint64_t was = *(volatile uint64_t *)p, bad = ~was;

	CHECK_ERR(pwrite(mem, &bad, sizeof(bad), (uintptr_t)p), EIO);
	CHECK_EQ(*(volatile uint64_t *)p, was);
}

HOSTILE(proc_self_mem_cannot_write)
{
	int mem = CHECK_OK(open("/proc/self/mem", O_RDWR));

	while (going()) {
		refuses_write(mem, ring.header);
		refuses_write(mem, (char *)ring.header + PAGE - 8);
		refuses_write(mem, (void *)ring.slots);
		refuses_write(mem, (char *)ring.slots + PAGE);
		flow();
	}
	close(mem);
}

HOSTILE(proc_self_mem_of_a_file_open_for_reading_only)
{
	int ro = CHECK_OK(open(EVT_NODE, O_RDONLY));
	int mem = CHECK_OK(open("/proc/self/mem", O_RDWR));

	refuses_write(mem, map_header(ro));
	close(mem);
}

/* The consumer's page it may write: that is no more than a store. */
HOSTILE(proc_self_mem_writes_the_consumers_page)
{
	int mem = CHECK_OK(open("/proc/self/mem", O_RDWR));
	char noise[PAGE];

	while (going()) {
		memset(noise, random(), sizeof(noise));
		CHECK_EQ(pwrite(mem, noise, PAGE, (uintptr_t)ring.page), PAGE);
		flow_silently();
	}
	close(mem);
}

static pid_t child_with_header(bool traced)
{
	pid_t pid = CHECK_OK(fork());

	if (pid)
		return pid;
	if (mmap(THERE, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, mine.rx,
		 EVTMMAP_OFF_HEADER) != THERE)
		_exit(1);
	if (traced)
		ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	_exit(((struct evtmmap_header *)THERE)->magic != EVTMMAP_MAGIC);
}

static void wait_until_stopped(pid_t pid)
{
	int status;

	CHECK_OK(waitpid(pid, &status, WUNTRACED));
	CHECK(WIFSTOPPED(status));
}

HOSTILE(proc_pid_mem_cannot_write)
{
	pid_t pid = child_with_header(false);
	uint32_t bad = 0;
	char path[32];
	int mem;

	wait_until_stopped(pid);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	mem = CHECK_OK(open(path, O_RDWR));
	while (going()) {
		CHECK_ERR(pwrite(mem, &bad, sizeof(bad), (uintptr_t)THERE), EIO);
		flow();
	}
	close(mem);
	kill(pid, SIGCONT);
	tap_reap(pid);
}

HOSTILE(ptrace_cannot_poke)
{
	pid_t pid = child_with_header(true);
	long word;

	wait_until_stopped(pid);
	while (going()) {
		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, pid, THERE, 0);
		if (!errno)
			CHECK_EQ((uint32_t)word, EVTMMAP_MAGIC);
		CHECK_ERR(ptrace(PTRACE_POKEDATA, pid, THERE, 0), EIO);
		CHECK_ERR(ptrace(PTRACE_POKETEXT, pid, THERE, 0), EIO);
		flow();
	}
	CHECK_OK(ptrace(PTRACE_CONT, pid, 0, 0));
	tap_reap(pid);
}

static void vm_write(pid_t pid, void *p)
{
	uint64_t bad = 0;
	struct iovec from = { &bad, sizeof(bad) }, to = { p, sizeof(bad) };

	CHECK_ERR(process_vm_writev(pid, &from, 1, &to, 1, 0), EFAULT);
}

HOSTILE(process_vm_writev_cannot_write)
{
	pid_t pid = child_with_header(false);

	wait_until_stopped(pid);
	while (going()) {
		vm_write(pid, THERE);
		vm_write(getpid(), ring.header);
		vm_write(getpid(), (void *)ring.slots);
		flow();
	}
	kill(pid, SIGCONT);
	tap_reap(pid);
}

/* Reading, and writing the consumer's page, is what anyone can do who maps it. */
HOSTILE(process_vm_readv_reads)
{
	char noise[PAGE];
	struct iovec here = { noise, PAGE }, header = { ring.header, PAGE };
	struct iovec slots = { (void *)ring.slots, PAGE };
	struct iovec page = { ring.page, PAGE };

	while (going()) {
		CHECK_EQ(process_vm_readv(getpid(), &here, 1, &header, 1, 0), PAGE);
		CHECK_EQ(*(uint32_t *)noise, EVTMMAP_MAGIC);
		CHECK_EQ(process_vm_readv(getpid(), &here, 1, &slots, 1, 0), PAGE);
		CHECK_EQ(process_vm_writev(getpid(), &here, 1, &page, 1, 0), PAGE);
		flow_silently();
	}
}

static void store_to(volatile uint32_t *word)
{
	signal(SIGSEGV, SIG_DFL);
	*word = 7;
	_exit(0);
}

HOSTILE(store_to_a_kernel_page_is_a_signal)
{
	uint32_t before = load_acquire(&ring.header->magic);
	struct evtmmap_header *header;
	struct consumer c;
	pid_t pid;

	while (going()) {
		pid = CHECK_OK(fork());
		if (!pid) {
			header = map_header(mine.rx);
			store_to(&header->prod);
		}
		tap_reap_signal(pid, SIGSEGV);
		pid = CHECK_OK(fork());
		if (!pid) {
			c = consumer_open(mine.rx);
			store_to((uint32_t *)c.slots);
		}
		tap_reap_signal(pid, SIGSEGV);
		flow();
	}
	CHECK_EQ(load_acquire(&ring.header->magic), before);
}

/* Atomic instructions need a writable page even where they change nothing. */
HOSTILE(locked_instruction_on_a_kernel_page_is_a_signal)
{
	pid_t pid = CHECK_OK(fork());

	if (!pid) {
		struct evtmmap_header *header = map_header(mine.rx);

		signal(SIGSEGV, SIG_DFL);
		__atomic_fetch_or(&header->flags, 0, __ATOMIC_SEQ_CST);
		_exit(0);
	}
	tap_reap_signal(pid, SIGSEGV);
}

/* What /proc lists as mapped can be opened, but that is a file of its own. */
HOSTILE(map_files_leads_to_another_ring)
{
	char path[64];
	struct consumer c;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx",
		 (unsigned long)ring.page, (unsigned long)ring.page + PAGE);
	fd = open(path, O_RDWR);
	if (fd < 0)
		SKIP("map_files: %s", tap_errno(errno));
	c = consumer_open(fd);
	CHECK_EQ(c.page->cons, 0);
	CHECK_EQ(c.header->prod, 0);
	CHECK_NE(ring.page->cons, 0);
	store(&c.page->cons, 77);
	flow();
	consumer_close(&c);
	close(fd);
}
