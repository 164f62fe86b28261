// SPDX-License-Identifier: GPL-2.0
/* The module goes while a poller, whose file is closed, may not be gone yet. */
#include <sys/syscall.h>

#include "hog.h"
#include "poller.h"

#define ROUNDS	5

static void unload(void)
{
	CHECK_OK(syscall(SYS_delete_module, EVT_MODULE, O_NONBLOCK));
	CHECK_ERR(open(EVT_NODE, O_RDWR), ENOENT);
}

static void load_again(void)
{
	const char *path = getenv("OURS");
	int fd;

	CHECK(path);
	fd = CHECK_OK(open(path, O_RDONLY));
	CHECK_OK(syscall(SYS_finit_module, fd, "", 0));
	close(fd);
}

static void serves_and_goes(uint32_t idle_us)
{
	struct commander k;

	commander_open(&k, 1);
	CHECK_OK(poller(k.fd, idle_us));
	poller_serves(&k);
	commander_close(&k);
}

CASE_LIMIT(module_unloads_behind_a_poller, 30)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		serves_and_goes(i % 2 ? 0 : 100000);
		unload();
		load_again();
	}
	threads_become(getpid(), 0);
	serves_and_goes(0);
}

/* It waits for one that gets no CPU, as its text has to. */
CASE_LIMIT(module_unloads_behind_a_starved_poller, 30)
{
	struct commander k;
	struct hog hog;

	if (get_nprocs() < 2)
		SKIP("one CPU only");
	commander_open(&k, 1);
	CHECK_OK(poller_on(k.fd, 1, 0));
	poller_serves(&k);
	hog_start(&hog, 1);
	commander_close(&k);
	unload();
	hog_end(&hog);
	load_again();
	serves_and_goes(0);
}
