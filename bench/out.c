// SPDX-License-Identifier: GPL-2.0
/* Figures: a table for people, or key<TAB>value for programs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

bool out_tsv;

void title(const char *text)
{
	if (!out_tsv)
		printf("\n%s\n", text);
}

/* A figure the driver cannot give is said to be missing, never left out. */
static void figure_value(double value)
{
	if (value < 0)
		printf(out_tsv ? "na\n" : "not available\n");
	else if (out_tsv)
		printf("%.4f\n", value);
	else if (value == (uint64_t)value)
		printf("%12.0f\n", value);
	else
		printf("%14.*f\n", value < 10 ? 3 : 1, value);
}

void figure(const char *key, double value, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (out_tsv)
		printf("%s\t", key);
	else
		printf("  %-56s", text);
	figure_value(value);
	fflush(stdout);
}

void die(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	fputs("evtbench: ", stderr);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, " (%s)\n", strerror(saved));
	exit(1);
}
