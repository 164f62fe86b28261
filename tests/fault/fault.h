/* SPDX-License-Identifier: GPL-2.0 */
/* The file that things fail on, and one beside it that must not notice. */
#ifndef FAULT_H
#define FAULT_H

#include "loop.h"

extern int file;
extern struct loop neighbour;

void fault_start(void);
void another_file(void);	/* in place of @file, with nothing bound */
void neighbour_is_well(void);	/* an event goes all the way */
void nothing_queued(int fd);

#endif
