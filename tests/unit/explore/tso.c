// SPDX-License-Identifier: GPL-2.0
/* The explorer's store buffers. */
#include <string.h>

#include "explore.h"
#include "trace.h"

#define DEPTH 32

/**
 * struct store - one that waits in a buffer
 * @p: where it goes
 * @value: what is stored
 * @old: what memory holds; while the thread runs, memory is as it sees it
 * @size: bytes
 * @rmw: of a read-modify-write: the next one must see it
 */
struct store {
	void *p;
	u64 value, old;
	size_t size;
	bool rmw;
};

static struct buffer {
	struct store store[DEPTH];
	int n;
} buffers[EXPLORE_THREADS];

bool shim_tso;

static struct buffer *mine(void)
{
	return &buffers[explore_self()];
}

/* This thread goes on: it sees its own stores, through unmarked loads too. */
void tso_enter(int thread)
{
	struct buffer *b = &buffers[thread];
	struct store *s;

	for (s = b->store; s < b->store + b->n; s++) {
		memcpy(&s->old, s->p, s->size);
		memcpy(s->p, &s->value, s->size);
	}
}

/* It stops: what memory holds is what everybody sees. */
void tso_leave(int thread)
{
	struct buffer *b = &buffers[thread];
	struct store *s;

	for (s = b->store + b->n; s-- > b->store; ) {
		memcpy(&s->value, s->p, s->size);
		memcpy(s->p, &s->old, s->size);
	}
}

static void drop(struct buffer *b, int n)
{
	b->n -= n;
	memmove(b->store, b->store + n, b->n * sizeof(b->store[0]));
}

/* Memory, and not our view of it. */
static void *behind(void *p)
{
	struct store *s;

	for (s = mine()->store; s < mine()->store + mine()->n; s++)
		if (s->p == p)
			return &s->old;
	return p;
}

/* The first @n stores of another thread reach memory. */
static void flush(struct buffer *b, int n)
{
	int i;

	for (i = 0; i < n; i++)
		memcpy(behind(b->store[i].p), &b->store[i].value,
		       b->store[i].size);
	drop(b, n);
}

/* How many stores are there up to and with the @nth to @p? */
static int up_to(const struct buffer *b, const void *p, int nth)
{
	int i;

	for (i = 0; nth; i++)
		nth -= b->store[i].p == p;
	return i;
}

/* How many are to @p, and up to which of them must all be visible? */
static int count(const struct buffer *b, const void *p, int *forced)
{
	int i, n = 0;

	for (i = 0; i < b->n; i++)
		if (b->store[i].p == p) {
			n++;
			if (b->store[i].rmw && forced)
				*forced = n;
		}
	return n;
}

/* We are about to touch @p: what of the others' stores to it is visible? */
static void look(const void *p, bool rmw)
{
	int i, n, forced;

	for (i = 0; i < EXPLORE_THREADS; i++) {
		if (i == explore_self() || !buffers[i].n)
			continue;
		forced = 0;
		n = count(&buffers[i], p, rmw ? &forced : NULL);
		if (!n)
			continue;
		forced += explore_choose(n - forced + 1);
		if (forced)
			trace(i, "has a store that others see now", 0);
		flush(&buffers[i], up_to(&buffers[i], p, forced));
	}
}

static void append(void *p, const void *value, size_t size, bool rmw)
{
	struct buffer *b = mine();
	struct store *s = &b->store[b->n++];

	CHECK_LE(b->n, DEPTH);
	CHECK_LE(size, sizeof(s->value));
	*s = (struct store){ .p = p, .size = size, .rmw = rmw };
	memcpy(&s->old, p, size);
	memcpy(p, value, size);
}

void tso_load(const void *p, void *value, size_t size)
{
	look(p, false);
	memcpy(value, p, size);
}

void tso_store(void *p, const void *value, size_t size)
{
	append(p, value, size, false);
}

void tso_drain(void)
{
	struct buffer *b = mine();

	while (b->n) {
		look(b->store[0].p, false);
		drop(b, 1);
	}
}

void tso_fence(void)
{
	if (mine()->n)
		shim_step();
	tso_drain();
}

void tso_visible(int thread)
{
	if (thread != explore_self())
		flush(&buffers[thread], buffers[thread].n);
}

void tso_latest(const void *p)
{
	int i;

	tso_drain();
	for (i = 0; i < EXPLORE_THREADS; i++)
		flush(&buffers[i], up_to(&buffers[i], p,
					 count(&buffers[i], p, NULL)));
}

void tso_cmpxchg(void *p, void *old, const void *new, size_t size, bool full)
{
	bool same;

	look(p, true);
	same = !memcmp(p, old, size);
	if (same && full) {
		tso_drain();
		/* What came with it may have been to the same address. */
		same = !memcmp(p, old, size);
	}
	memcpy(old, p, size);
	if (same && full)
		memcpy(p, new, size);
	else if (same)
		append(p, new, size, true);
}

void tso_begin(void)
{
	memset(buffers, 0, sizeof(buffers));
}

void tso_drain_all(void)
{
	int i;

	for (i = 0; i < EXPLORE_THREADS; i++)
		flush(&buffers[i], buffers[i].n);
}
