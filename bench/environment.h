/* SPDX-License-Identifier: GPL-2.0 */
/* What a figure depends on and does not say itself. */
#ifndef EVTBENCH_ENVIRONMENT_H
#define EVTBENCH_ENVIRONMENT_H

#include <stdbool.h>

struct json;

struct environment {
	char cpu[96];
	char kernel[96];
	char xen[64];		/* empty: not under Xen */
	char machine[16];	/* TCG, KVM, iron, unknown */
	unsigned int vcpus;
	/* Virtual nanoseconds of each instruction; 0: time goes by by itself. */
	unsigned int icount;
	char sanitizers[96];	/* by blanks; empty: none */
	bool sanitizers_known;
	char module[16];	/* ours, in-tree; empty: not loaded */
	char version[64];
	char srcversion[64];
	char guest[128];	/* driver and kernel of one that takes part, or empty */
	char date[32];
};

void environment_read(struct environment *e);
/* Kernel and driver only: what can be said at once. */
void environment_brief(struct environment *e);
void environment_json(struct json *j, const char *name, const struct environment *e);

/* Nanoseconds of each instruction if that is a whole number and exact, or 0. */
unsigned int icount_detect(void);

/* A file's first line without its end; false: there is no such file. */
bool first_line(const char *path, char *buf, unsigned int size);

#endif
