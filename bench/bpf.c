// SPDX-License-Identifier: GPL-2.0
/*
 * By bpf(2) alone: the program is written out below, and BPF_PROG_TEST_RUN
 * makes it run, again and again in one call.
 */
#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "bpf.h"

#define PAGE	4096UL
#define BYTES	(1UL << 16)	/* of records: 4096 of 16 bytes each */
#define RECORD	16		/* 8 bytes, and their header's 8 */

static int bpf(int what, union bpf_attr *attr)
{
	return syscall(SYS_bpf, what, attr, sizeof(*attr));
}

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = BYTES,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define MOV_IMM(d, i)	INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)

static int make_program(int map, bool fill)
{
	const struct bpf_insn insns[] = {
		/* bpf_ringbuf_output(map, &(u64){ 1 }, 8, 0) */
		INSN(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 1),
		INSN(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
		INSN(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -8),
		MOV_IMM(BPF_REG_3, 8),
		MOV_IMM(BPF_REG_4, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output),
		MOV_IMM(BPF_REG_0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	const unsigned int all = sizeof(insns) / sizeof(insns[0]), end = 2;
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)(fill ? insns : insns + all - end),
		.insn_cnt = fill ? all : end,
		.license = (uintptr_t)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

bool bpf_ring_open(struct bpf_ring *r, bool fill)
{
	void *cons, *prod;

	r->map = make_map();
	r->program = r->map < 0 ? -1 : make_program(r->map, fill);
	cons = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, r->map, 0);
	prod = mmap(NULL, PAGE + 2 * BYTES, PROT_READ, MAP_SHARED, r->map, PAGE);
	r->cons = cons == MAP_FAILED ? NULL : cons;
	r->prod = prod == MAP_FAILED ? NULL : prod;
	if (r->program >= 0 && r->cons && r->prod)
		return true;
	bpf_ring_close(r);
	return false;
}

void bpf_ring_close(struct bpf_ring *r)
{
	if (r->cons)
		munmap(r->cons, PAGE);
	if (r->prod)
		munmap((void *)(uintptr_t)r->prod, PAGE + 2 * BYTES);
	if (r->program >= 0)
		close(r->program);
	if (r->map >= 0)
		close(r->map);
}

void bpf_ring_run(struct bpf_ring *r, unsigned int n)
{
	static const char packet[64];
	union bpf_attr attr = {
		.test = {
			.prog_fd = r->program, .repeat = n,
			.data_in = (uintptr_t)packet, .data_size_in = sizeof(packet),
		},
	};

	if (bpf(BPF_PROG_TEST_RUN, &attr))
		die("BPF_PROG_TEST_RUN");
}

unsigned int bpf_ring_take(struct bpf_ring *r)
{
	const char *data = (const char *)r->prod + PAGE;
	uint64_t at = *r->cons, end = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);
	unsigned int n = 0;
	uint32_t header;

	for (; at < end; at += RECORD, n++) {
		header = __atomic_load_n((const uint32_t *)(data + (at & (BYTES - 1))),
					 __ATOMIC_ACQUIRE);
		if (header != 8)	/* busy, discarded, or not what we put in */
			break;
		if (*(const uint64_t *)(data + (at & (BYTES - 1)) + 8) != 1)
			die("BPF ring buffer: not what was put in");
	}
	__atomic_store_n(r->cons, at, __ATOMIC_RELEASE);
	return n;
}

bool bpf_here(void)
{
	struct bpf_ring r;

	if (!bpf_ring_open(&r, true))
		return false;
	bpf_ring_close(&r);
	return true;
}
