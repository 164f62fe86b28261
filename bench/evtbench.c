// SPDX-License-Identifier: GPL-2.0
/* evtbench: which figures to take, and how to print them. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

unsigned int opt_ports = 1024;
unsigned int opt_seconds = 30;
uint64_t opt_events = 50000;

static const struct group {
	const char *name, *text;
	void (*run)(void);
	bool usual;		/* run when no group is named */
	bool single;		/* takes NOTIFY to return after its upcall */
} groups[] = {
	/* First: what was bound and unbound before makes the kernel's look-ups dearer. */
	{ "enter", "round trips in batches, beside the floor", bench_enter, true, true },
	{ "micro", "one call; read() and write() by batch", bench_micro, true, true },
	{ "ways", "the same stream through every way", bench_ways, true, true },
	{ "mapped", "the mapped ring alone", bench_mapped, true, true },
	{ "count", "system calls per event, traced", bench_count, true, true },
	{ "poller", "system calls with a poller, traced", bench_poller, false, false },
	{ "rounds", "rounds of one, for ever", bench_rounds, false, true },
	{ "defects", "what overflow loses", bench_defects, true, false },
	{ "live", "sender and receiver on two CPUs", bench_live, false, false },
	{ "stall", "a blocking reader, until it sleeps for good", bench_stall, false, false },
};

#define NGROUPS (sizeof(groups) / sizeof(groups[0]))

static void usage(int status)
{
	unsigned int i;

	fprintf(status ? stderr : stdout,
		"usage: evtbench [--tsv] [-n PORTS] [-e EVENTS] [-t SECONDS] [GROUP...]\n");
	for (i = 0; i < NGROUPS; i++)
		fprintf(status ? stderr : stdout, "  %-9s%s%s\n", groups[i].name,
			groups[i].text, groups[i].usual ? "" : " (on request)");
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

static void options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "tsv", no_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	int o;

	while ((o = getopt_long(argc, argv, "n:e:t:h", longs, NULL)) != -1) {
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
		case 'T':
			out_tsv = true;
			break;
		default:
			usage(o == 'h' ? 0 : 2);
		}
	}
	if (!opt_ports)
		usage(2);
}

static void run(const struct group *g)
{
	/* Elsewhere an upcall may be on its way still when events are counted. */
	if (g->single && sysconf(_SC_NPROCESSORS_ONLN) > 1) {
		errno = ENOTSUP;
		die("%s wants one CPU: boot with -a icount, or -c 1", g->name);
	}
	g->run();
}

static void run_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < NGROUPS; i++) {
		if (!strcmp(groups[i].name, name)) {
			run(&groups[i]);
			return;
		}
	}
	usage(2);
}

int main(int argc, char **argv)
{
	unsigned int i;

	options(argc, argv);
	clock_calibrate();
	for (i = optind; i < (unsigned int)argc; i++)
		run_named(argv[i]);
	for (i = 0; optind == argc && i < NGROUPS; i++)
		if (groups[i].usual)
			run(&groups[i]);
	return 0;
}
