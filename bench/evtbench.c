// SPDX-License-Identifier: GPL-2.0
/* evtbench: which benchmarks there are, and which to run. */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "out.h"

unsigned int opt_ports = 1024;
unsigned int opt_seconds = 30;
uint64_t opt_events = 50000;
unsigned int opt_guest;
const char *opt_config;
unsigned int opt_boots = 3;
struct environment environment;

/* Rounds first: what was bound and unbound makes the kernel's look-ups dearer. */
static const struct benchmark *const families[] = {
	bench_round, bench_call, bench_batch, bench_consume, bench_mapped,
	bench_count, bench_defects, bench_live, bench_latency, bench_stall,
	bench_trip, bench_yard, bench_pingpong, bench_smp, bench_coalesce,
	bench_fds, bench_notify, bench_scale, bench_lifetime, bench_stopped, bench_limit,
	bench_store, bench_boot, bench_guest, bench_console,
};

#define NFAMILIES (sizeof(families) / sizeof(families[0]))

static void usage(int status)
{
	fputs("usage: evtbench list\n"
	      "       evtbench run [-n PORTS] [-e EVENTS] [-t SECONDS]\n"
	      "                    [-g DOMID] [-c GUEST.cfg [-b BOOTS]]\n"
	      "                    [--json FILE] [--csv FILE] [NAME...]\n"
	      "       evtbench serve\n"
	      "       evtbench compare [--limit N%] A.json B.json\n"
	      "       evtbench report -o DIR A.json...\n"
	      "NAME: a benchmark, the beginning of its name, or a pattern; FILE: - is stdout\n",
	      status ? stderr : stdout);
	exit(status);
}

static unsigned long number(const char *text, unsigned long max)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (!*text || *end || !n || n > max)
		usage(2);
	return n;
}

static bool guest_option(int o)
{
	if (o == 'g')
		opt_guest = number(optarg, 0x7fef);
	else if (o == 'c')
		opt_config = optarg;
	else if (o == 'b')
		opt_boots = number(optarg, SAMPLE_MOST);
	else
		return false;
	return true;
}

static void options(int argc, char **argv, const char **json, const char **csv)
{
	static const struct option longs[] = {
		{ "json", required_argument, NULL, 'j' },
		{ "csv", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int o;

	while ((o = getopt_long(argc, argv, "n:e:t:g:c:b:h", longs, NULL)) != -1) {
		switch (o) {
		case 'n':
			/* Whole batches of 64 only. */
			opt_ports = number(optarg, MAX_PORTS) & ~63U;
			break;
		case 'e':
			opt_events = number(optarg, 1UL << 31);
			break;
		case 't':
			opt_seconds = number(optarg, 86400);
			break;
		case 'j':
			*json = optarg;
			break;
		case 's':
			*csv = optarg;
			break;
		default:
			if (!guest_option(o))
				usage(o == 'h' ? 0 : 2);
		}
	}
	if (!opt_ports)
		usage(2);
}

static bool matches(const struct benchmark *b, const char *pattern)
{
	return !strncmp(b->name, pattern, strlen(pattern)) ||
	       !fnmatch(pattern, b->name, 0);
}

/* Asked for by any of the patterns; without one, what is usual. */
static bool asked_for(const struct benchmark *b, char **patterns)
{
	if (!patterns[0])
		return !b->on_request;
	for (; *patterns; patterns++)
		if (b->on_request ? !strcmp(b->name, *patterns) : matches(b, *patterns))
			return true;
	return false;
}

static unsigned int run_one(const struct benchmark *b, char **patterns)
{
	unsigned int i, missing = needs_missing(b->needs);
	char text[128];

	if (missing) {
		needs_text(missing, text, sizeof(text));
		/* Who asked for it is told; "all that can be run" was no such wish. */
		if (patterns[0])
			fprintf(stderr, "evtbench: %s needs %s\n", b->name, text);
		return 0;
	}
	if (!b->parameter)
		b->run(b, 0);
	for (i = 0; b->parameter && b->value[i]; i++)
		b->run(b, b->value[i]);
	return 1;
}

static unsigned int each(unsigned int (*f)(const struct benchmark *, char **),
			 char **patterns)
{
	const struct benchmark *b;
	unsigned int i, n = 0;

	for (i = 0; i < NFAMILIES; i++)
		for (b = families[i]; b->name; b++)
			if (asked_for(b, patterns))
				n += f(b, patterns);
	return n;
}

static unsigned int count_one(const struct benchmark *b, char **patterns)
{
	(void)b;
	(void)patterns;
	return 1;
}

static unsigned int announced, all;

static unsigned int announce_and_run(const struct benchmark *b, char **patterns)
{
	unsigned int ran;

	out_progress(b->name, ++announced, all);
	ran = run_one(b, patterns);
	out_progress(NULL, 0, 0);
	return ran;
}

static void run(int argc, char **argv)
{
	const char *json = NULL, *csv = NULL;
	unsigned int i;
	char *one[2] = { NULL, NULL };

	options(argc, argv, &json, &csv);
	for (i = optind; i < (unsigned int)argc; i++) {
		one[0] = argv[i];
		if (!each(count_one, one)) {
			fprintf(stderr, "evtbench: no benchmark %s\n", argv[i]);
			exit(2);
		}
	}
	environment_read(&environment);
	/* It is part of the environment, which comes first. */
	needs_missing(NEEDS_GUEST);
	clock_calibrate();
	all = each(count_one, argv + optind);
	out_open(json, csv);
	if (!each(announce_and_run, argv + optind)) {
		errno = ENOTSUP;
		die("nothing of it can be run here");
	}
	out_close();
}

static void list_one(const struct benchmark *b)
{
	unsigned int missing = needs_missing(b->needs);
	char text[128];

	printf("%-22s%s%s\n", b->name, b->text, b->on_request ? " (on request)" : "");
	needs_text(b->needs, text, sizeof(text));
	printf("%22sneeds %s", "", text);
	needs_text(missing, text, sizeof(text));
	printf(missing ? "; missing here: %s\n" : "; can be run here%s\n", text);
}

static void list(void)
{
	const struct benchmark *b;
	unsigned int i;

	environment_read(&environment);
	for (i = 0; i < NFAMILIES; i++)
		for (b = families[i]; b->name; b++)
			list_one(b);
}

static void serve_here(void)
{
	environment_brief(&environment);
	serve();
}

/* The Python ones: where they are installed, or in the tree this was built in. */
static void hand_over(const char *script, char **argv)
{
	static const char *const places[] = { "../lib/evtbench", "../../../bench" };
	char self[256], path[512];
	unsigned int i;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		die("/proc/self/exe");
	self[n] = 0;
	*strrchr(self, '/') = 0;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s.py", self, places[i], script);
		if (!access(path, X_OK)) {
			execv(path, argv);
			die("%s", path);
		}
	}
	die("%s.py is not installed", script);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "list"))
		list();
	else if (!strcmp(what, "run"))
		run(argc - 1, argv + 1);
	else if (!strcmp(what, "serve"))
		serve_here();
	else if (!strcmp(what, "compare") || !strcmp(what, "report"))
		hand_over(what, argv + 1);
	else
		usage(strcmp(what, "--help") && strcmp(what, "-h") ? 2 : 0);
	return 0;
}
