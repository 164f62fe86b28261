// SPDX-License-Identifier: GPL-2.0
/* Once mapped, no call may make a page writable, executable or larger. */
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "bundle.h"

#define PAGE	CONSUMER_PAGE
#define RW	(PROT_READ | PROT_WRITE)
#define RX	(PROT_READ | PROT_EXEC)

CASE(mprotect_cannot_add_write)
{
	struct consumer c = consumer_open(evt_open(0));
	size_t len = segment_size(c.nslots);

	CHECK_ERR(mprotect(c.header, PAGE, RW), EACCES);
	CHECK_ERR(mprotect(c.header, PAGE, PROT_WRITE), EACCES);
	CHECK_ERR(mprotect((void *)c.slots, len, RW), EACCES);
	CHECK_ERR(mprotect((char *)c.slots + PAGE, PAGE, RW), EACCES);
	/* To and fro below that is the user's own affair. */
	CHECK_OK(mprotect(c.header, PAGE, PROT_NONE));
	CHECK_ERR(mprotect(c.header, PAGE, RW), EACCES);
	CHECK_OK(mprotect(c.header, PAGE, PROT_READ));
	CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
	CHECK_OK(mprotect(c.page, PAGE, PROT_READ));
	CHECK_OK(mprotect(c.page, PAGE, RW));
	c.page->wake = 1;
}

CASE(mprotect_cannot_add_exec)
{
	struct consumer c = consumer_open(evt_open(0));

	CHECK_ERR(mprotect(c.header, PAGE, RX), EACCES);
	CHECK_ERR(mprotect(c.page, PAGE, RX), EACCES);
	CHECK_ERR(mprotect(c.page, PAGE, RW | PROT_EXEC), EACCES);
	CHECK_ERR(mprotect((void *)c.slots, segment_size(c.nslots), RX), EACCES);
}

static void cannot_grow(void *p, size_t len)
{
	CHECK(mremap(p, len, len + PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	/* From nothing: that would be a second mapping. */
	CHECK(mremap(p, 0, len, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	CHECK(mremap(p, len, len, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) == MAP_FAILED);
}

CASE(mremap_cannot_grow)
{
	struct consumer c = consumer_open(evt_open(0));

	cannot_grow(c.header, PAGE);
	cannot_grow(c.page, PAGE);
	cannot_grow((void *)c.slots, segment_size(c.nslots));
}

CASE(mremap_can_move)
{
	struct consumer c = consumer_open(evt_open(0));
	void *to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	c.header = mremap(c.header, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	CHECK(c.header == to);
	CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
	CHECK_ERR(mprotect(c.header, PAGE, RW), EACCES);
}

static void refuses_forced_write(int mem, void *p)
{
	uint64_t was = *(volatile uint64_t *)p, bad = ~was;
	struct iovec from = { &bad, sizeof(bad) }, to = { p, sizeof(bad) };
	int zero = CHECK_OK(open("/dev/zero", O_RDONLY));

	CHECK_ERR(pwrite(mem, &bad, sizeof(bad), (uintptr_t)p), EIO);
	CHECK_ERR(process_vm_writev(getpid(), &from, 1, &to, 1, 0), EFAULT);
	CHECK_ERR(read(zero, p, sizeof(bad)), EFAULT);
	CHECK_EQ(*(volatile uint64_t *)p, was);
	close(zero);
}

CASE(kernel_pages_refuse_writes_by_force)
{
	struct consumer c = consumer_open(evt_open(0));
	int mem = CHECK_OK(open("/proc/self/mem", O_RDWR));
	int ro = CHECK_OK(open(EVT_NODE, O_RDONLY));

	refuses_forced_write(mem, c.header);
	refuses_forced_write(mem, (void *)c.slots);
	refuses_forced_write(mem, (char *)c.slots + PAGE);
	refuses_forced_write(mem, map_header(ro));
}

CASE(kernel_pages_refuse_ptrace)
{
	int fd = evt_open(0), status;
	pid_t pid = fork();
	void *at = (void *)0x500000000;
	long word;

	if (!pid) {
		CHECK(mmap(at, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd,
			   EVTMMAP_OFF_HEADER) == at);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	CHECK_OK(waitpid(pid, &status, 0));
	CHECK(WIFSTOPPED(status));
	errno = 0;
	word = ptrace(PTRACE_PEEKDATA, pid, at, 0);
	if (!errno)
		CHECK_EQ((uint32_t)word, EVTMMAP_MAGIC);
	CHECK_ERR(ptrace(PTRACE_POKEDATA, pid, at, 0), EIO);
	CHECK_OK(ptrace(PTRACE_CONT, pid, 0, 0));
	tap_reap(pid);
}

CASE(write_to_a_kernel_page_is_a_signal)
{
	struct consumer c = consumer_open(evt_open(0));
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		/* A mapping of its own: fork did not give it one. */
		c.header = map_header(c.fd);
		((volatile struct evtmmap_header *)c.header)->prod = 7;
		_exit(0);
	}
	CHECK_OK(waitpid(pid, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	CHECK_EQ(c.header->prod, 0);
}

CASE(pages_thrown_away_are_a_signal)
{
	struct consumer c = consumer_open(evt_open(0));
	pid_t pid = fork();
	int status;

	if (!pid) {
		c.header = map_header(c.fd);
		CHECK_OK(madvise(c.header, PAGE, MADV_DONTNEED));
		_exit(((volatile struct evtmmap_header *)c.header)->prod);
	}
	CHECK_OK(waitpid(pid, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	CHECK_EQ(c.header->magic, EVTMMAP_MAGIC);
}
