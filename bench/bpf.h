/* SPDX-License-Identifier: GPL-2.0 */
/* BPF's ring buffer, filled by a program of a few instructions. */
#ifndef EVTBENCH_BPF_H
#define EVTBENCH_BPF_H

#include <stdbool.h>
#include <stdint.h>

struct bpf_ring {
	int map, program;
	uint64_t *cons;		/* a page of ours */
	const uint64_t *prod;	/* a page of the kernel's, and the data behind it */
};

/* With @fill a run puts in one record; without it does nothing. */
bool bpf_ring_open(struct bpf_ring *r, bool fill);
void bpf_ring_close(struct bpf_ring *r);
/* Runs the program @n times in one system call. */
void bpf_ring_run(struct bpf_ring *r, unsigned int n);
/* Takes all that is there in place; returns how many. */
unsigned int bpf_ring_take(struct bpf_ring *r);

#endif
