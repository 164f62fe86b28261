// SPDX-License-Identifier: GPL-2.0
/*
 * read() where one copy to the buffer stores less than it could, as arm64's may:
 * every event is read, and once; in a build with DEBUG=1.
 */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "bundle.h"

#define SHORT_COPY	"/sys/module/" EVT_MODULE "/parameters/short_copy"
#define ROUNDS		300

static void copies_store(int most)
{
	FILE *f = fopen(SHORT_COPY, "w");

	if (!f)
		SKIP("this driver has no short_copy: it is not the debug build");
	CHECK(fprintf(f, "%d\n", most) > 0);
	CHECK(!fclose(f));
}

static uint32_t *fresh_page(int prot)
{
	void *page = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	return page;
}

/* Each port once, by as many calls as it takes. */
static void read_each(struct bundle *s, uint32_t *buf)
{
	uint8_t seen[BUNDLE_MAX] = { 0 };
	uint32_t n = 0;
	ssize_t rc, i;

	while (n < s->n) {
		evt_wait(s->rx);
		rc = CHECK_OK(read(s->rx, buf, s->n * 4));
		CHECK(rc > 0 && rc % 4 == 0);
		for (i = 0; i < rc / 4; i++)
			CHECK_EQ(seen[bundle_index(s, buf[i])]++, 0);
		n += rc / 4;
	}
	evt_silent(s->rx);
}

CASE_LIMIT(short_copies_lose_nothing, 30)
{
	struct bundle s;
	int most;

	bundle_open(&s, 5);
	for (most = 1; most <= 9; most++) {
		copies_store(most);
		bundle_fire_all(&s);
		read_each(&s, fresh_page(PROT_READ | PROT_WRITE));
		copies_store(0);
		bundle_rearm_all(&s);
	}
}

CASE(short_copies_to_a_bad_page_take_nothing)
{
	uint32_t *bad = fresh_page(PROT_READ), good[8];
	struct bundle s;

	bundle_open(&s, 3);
	bundle_fire_all(&s);
	evt_wait(s.rx);
	copies_store(2);
	CHECK_ERR(read(s.rx, bad, 4), EFAULT);
	CHECK_ERR(read(s.rx, bad, 12), EFAULT);
	CHECK_ERR(read(s.rx, (char *)bad + 4094, 4), EFAULT);
	read_each(&s, good);
	copies_store(0);
}

static int taken;

/* Takes one at a time until told to stop by the port that is bound last. */
static void *take_all(void *arg)
{
	struct bundle *s = arg;
	uint32_t port;
	ssize_t rc;

	for (;;) {
		rc = read(s->rx, &port, 4);
		if (rc < 0) {
			CHECK_EQ(errno, EAGAIN);
			continue;
		}
		CHECK_EQ(rc, 4);
		__atomic_fetch_add(&taken, 1, __ATOMIC_SEQ_CST);
		evt_unmask(s->rx, port);
		if (port == s->b[s->n - 1])
			return NULL;
	}
}

CASE_LIMIT(short_copies_give_an_event_to_one_reader, 60)
{
	pthread_t thread[2];
	struct bundle s;
	int i;

	bundle_open(&s, 2);
	copies_store(3);
	for (i = 0; i < 2; i++)
		CHECK_EQ(pthread_create(&thread[i], NULL, take_all, &s), 0);
	for (i = 1; i <= ROUNDS; i++) {
		bundle_fire(&s, 0);
		while (__atomic_load_n(&taken, __ATOMIC_SEQ_CST) < i)
			usleep(100);
		CHECK_EQ(__atomic_load_n(&taken, __ATOMIC_SEQ_CST), i);
	}
	for (i = 0; i < 2; i++) {
		bundle_fire(&s, 1);
		while (__atomic_load_n(&taken, __ATOMIC_SEQ_CST) < ROUNDS + 1 + i)
			usleep(100);
	}
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	copies_store(0);
	CHECK_EQ(taken, ROUNDS + 2);
}
