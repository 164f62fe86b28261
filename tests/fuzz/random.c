// SPDX-License-Identifier: GPL-2.0
/* What a step is done with: numbers, ports, descriptors, places in memory. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

/* Each step begins with numbers of its own, however many the last one took. */
void fuzz_seed(struct fuzz_thread *t, uint64_t seed)
{
	t->random = mix(mix(seed) + mix(t->number) * 31 + t->step);
}

uint32_t fuzz_random(struct fuzz_thread *t)
{
	t->random = mix(t->random);
	return t->random >> 32;
}

uint32_t fuzz_below(struct fuzz_thread *t, uint32_t n)
{
	return ((uint64_t)fuzz_random(t) * n) >> 32;
}

bool fuzz_one_in(struct fuzz_thread *t, uint32_t n)
{
	return fuzz_below(t, n) == 0;
}

uint32_t fuzz_word(struct fuzz_thread *t)
{
	uint32_t r = fuzz_random(t);

	switch (fuzz_below(t, 6)) {
	case 0: return r % 4;
	case 1: return -(r % 4);
	case 2: return 1U << (r % 32);
	case 3: return (1U << (r % 32)) - 1;
	case 4: return r % 2048;
	default: return r;
	}
}

int fuzz_file_at(uint32_t place)
{
	return __atomic_load_n(&fuzz_files[place % FUZZ_FILES], __ATOMIC_RELAXED);
}

int fuzz_file(struct fuzz_thread *t)
{
	return fuzz_file_at(fuzz_below(t, FUZZ_FILES));
}

static uint64_t any_known(struct fuzz_thread *t)
{
	return __atomic_load_n(&fuzz_ports[fuzz_below(t, FUZZ_PORTS)],
			       __ATOMIC_RELAXED);
}

uint32_t fuzz_port(struct fuzz_thread *t)
{
	uint32_t port = any_known(t);

	return port && !fuzz_one_in(t, 12) ? port : fuzz_word(t);
}

uint32_t fuzz_port_of(struct fuzz_thread *t, int *fd)
{
	uint64_t known = any_known(t);

	*fd = fuzz_one_in(t, 6) ? fuzz_file(t) : fuzz_file_at(known >> 32);
	return known && !fuzz_one_in(t, 12) ? known : fuzz_word(t);
}

void fuzz_know_port(struct fuzz_thread *t, uint32_t place, uint32_t port)
{
	__atomic_store_n(&fuzz_ports[fuzz_below(t, FUZZ_PORTS)],
			 (uint64_t)place << 32 | port, __ATOMIC_RELAXED);
}

void fuzz_forget_port(uint32_t port)
{
	int i;

	for (i = 0; i < FUZZ_PORTS; i++)
		if ((uint32_t)__atomic_load_n(&fuzz_ports[i], __ATOMIC_RELAXED) == port)
			__atomic_store_n(&fuzz_ports[i], 0, __ATOMIC_RELAXED);
}

/*
 * At addresses that the kernel gives to nobody who does not ask for them: what
 * one thread unmaps there is not another's stack a moment later.
 */
static void *area(uint32_t i)
{
	return (void *)((1UL << 45) + i * FUZZ_AREA);
}

void *fuzz_area(struct fuzz_thread *t)
{
	return area(fuzz_below(t, FUZZ_AREAS));
}

void *fuzz_area_of(struct fuzz_thread *t, enum fuzz_part part)
{
	if (fuzz_one_in(t, 8))
		return fuzz_area(t);
	return area(fuzz_below(t, FUZZ_AREAS / 3) * 3 + part);
}

void *fuzz_buffer(struct fuzz_thread *t, size_t size)
{
	char *page = (char *)t->page;

	switch (fuzz_below(t, 16)) {
	case 0: return NULL;
	case 1: return (void *)0xffff888000000000;
	case 2: return (void *)(1UL << 63);
	case 3: return page + FUZZ_PAGE;	/* not there */
	case 4: return page + FUZZ_PAGE - size / 2;
	case 5: return fuzz_area(t);
	case 6: return fuzz_area(t) + fuzz_below(t, 2 * FUZZ_PAGE);
	case 7: return page + fuzz_below(t, 8);
	default: return page;
	}
}

long fuzz_note(struct fuzz_thread *t, long a, long b, long c, long result)
{
	struct fuzz_step *step = &t->trace[t->step % FUZZ_TRACE];

	step->arg[0] = a;
	step->arg[1] = b;
	step->arg[2] = c;
	return result < 0 ? -errno : result;
}
