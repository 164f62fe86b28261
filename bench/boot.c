// SPDX-License-Identifier: GPL-2.0
/*
 * From `xl create` to a guest in which evtbench serves, waiting included. The
 * last one is left running: whoever asked for it may go on with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define PATIENCE	120

static struct store store;

static int xl(const char *verb, const char *argument)
{
	pid_t child = fork();
	int status;

	if (!child) {
		/* Ours is for results. */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execlp("xl", "xl", verb, argument, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		die("xl %s", verb);
	return status;
}

/* The domain with the highest number is the youngest: they are not used again. */
static unsigned int youngest(void)
{
	unsigned int i, len, domid, most = 0;
	char *list = store_directory(&store, "/local/domain", &len);

	if (!list)
		die("/local/domain");
	for (i = 0; i < len; i += strlen(list + i) + 1) {
		domid = strtoul(list + i, NULL, 10);
		most = domid > most ? domid : most;
	}
	free(list);
	return most;
}

static void wait_for(unsigned int domid)
{
	char path[64], *text;

	snprintf(path, sizeof(path), "/local/domain/%u/%s", domid, GUEST_STATE);
	if (!store_watch(&store, path))
		die("watch of %s", path);
	while (!(text = store_read(&store, path)))
		if (!store_wait(&store, PATIENCE))
			die("nobody serves in domain %u", domid);
	free(text);
}

static double one_boot(void)
{
	unsigned int before = youngest(), after;
	uint64_t start = now();

	if (xl("create", opt_config))
		die("xl create %s", opt_config);
	after = youngest();
	if (after == before)
		die("xl create %s: no new domain", opt_config);
	wait_for(after);
	return now() - start;
}

static void destroy_youngest(void)
{
	char domid[16];

	snprintf(domid, sizeof(domid), "%u", youngest());
	if (xl("destroy", domid))
		die("xl destroy %s", domid);
}

static void run_boot(const struct benchmark *b, unsigned int value)
{
	struct result r = result_of(b, value);
	unsigned int i;

	if (!store_open(&store, NULL))
		die("no xenstore");
	for (i = 0; i < opt_boots; i++) {
		if (i)
			destroy_youngest();
		sample_add(&r.sample, one_boot());
	}
	store_close(&store);
	r.metric = "boot";
	r.unit = "ns";
	publish(&r);
}

const struct benchmark bench_boot[] = {
	{ .name = "boot/guest", .text = "from `xl create` until evtbench serves in the guest",
	  .needs = NEEDS_STORE | NEEDS_CONFIG, .run = run_boot },
	{ 0 }
};
