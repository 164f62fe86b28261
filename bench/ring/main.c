// SPDX-License-Identifier: GPL-2.0
/*
 * evtbench-ring: the module's ring on this machine, without Xen and without the
 * kernel, beside other rings that many may publish into.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "figures.h"
#include "loops.h"

static struct {
	unsigned int samples;
	bool json;
	const char *json_path;
	const char *counted;
} option = { .samples = 10 };

void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("evtbench-ring: ", stderr);
	vfprintf(stderr, format, args);
	putc('\n', stderr);
	va_end(args);
	exit(2);
}

static void usage(FILE *to)
{
	fputs("evtbench-ring [OPTION...] [single|publish|threads|stopped]...\n"
	      "  -s, --samples=N     of each figure; at least 10, which is the default\n"
	      "  -j, --json[=FILE]   JSON instead of the table, or beside it in FILE\n"
	      "  -c, --counted=FILE  with instructions, from bench/ring/run.sh\n"
	      "  count               for callgrind: bench/ring/run.sh\n"
	      "Status 1: a ring did with a stopped publisher what it should not.\n", to);
}

static void set_samples(const char *text)
{
	option.samples = atoi(text);
	if (option.samples < 10 || option.samples > SAMPLE_MOST)
		fail("samples: 10 to %d", SAMPLE_MOST);
}

static void read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "samples", required_argument, NULL, 's' },
		{ "json", optional_argument, NULL, 'j' },
		{ "counted", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "s:j::c:h", options, NULL)) != -1) {
		switch (c) {
		case 's':
			set_samples(optarg);
			break;
		case 'j':
			option.json = true;
			option.json_path = optarg;
			break;
		case 'c':
			option.counted = optarg;
			break;
		default:
			usage(c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : 2);
		}
	}
}

static bool wanted(char **names, const char *name)
{
	if (!names[0])
		return strcmp(name, "count");
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

static void progress(const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r  %-20s\r", what);
}

static void check_names(char **names)
{
	for (; *names; names++)
		if (strcmp(*names, "single") && strcmp(*names, "publish") &&
		    strcmp(*names, "threads") && strcmp(*names, "stopped") &&
		    strcmp(*names, "count"))
			fail("no such benchmark: %s", *names);
}

static void check_rings(void)
{
	unsigned int i;

	for (i = 0; rings[i] != &ring_none; i++)
		if (!loop_check(rings[i]))
			fail("%s: events are lost, or out of order", rings[i]->name);
}

static bool measure(char **names)
{
	bool fine = true;

	if (wanted(names, "single")) {
		progress("single");
		bench_single(option.samples);
	}
	if (wanted(names, "publish")) {
		progress("publish");
		bench_together(option.samples);
	}
	if (wanted(names, "threads")) {
		progress("threads");
		bench_threads(option.samples);
	}
	if (wanted(names, "stopped")) {
		progress("stopped");
		fine = bench_stopped(option.samples);
	}
	progress("");
	return fine;
}

static void show(void)
{
	FILE *to = option.json_path ? fopen(option.json_path, "w") : stdout;

	if (option.json && !to)
		fail("cannot write %s", option.json_path);
	if (option.json)
		figures_json(to);
	if (!option.json || option.json_path)
		figures_show(stdout);
	if (option.json_path && fclose(to))
		fail("cannot write %s", option.json_path);
}

int main(int argc, char **argv)
{
	bool fine;

	read_options(argc, argv);
	argv += optind;
	check_names(argv);
	check_rings();
	if (wanted(argv, "count")) {
		bench_count(option.samples);
		return 0;
	}
	if (option.counted && !counted_read(option.counted))
		fail("%s: not there, or not complete", option.counted);
	fine = measure(argv);
	show();
	return fine ? 0 : 1;
}
