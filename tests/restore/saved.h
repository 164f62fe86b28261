/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases of a guest that is saved and restored once, under all of them: each is
 * a process of its own, see init in this folder.
 */
#ifndef SAVED_H
#define SAVED_H

#include "loop.h"

#define SAVED_LIMIT 600		/* seconds that the others and dom0 may take */

/* All its ports are bound: comes back when the guest does, one case at a time. */
void saved(void);

/* Binds pairs of ports until this number is one of them; gives its pair. */
struct loop saved_number(int fd, uint32_t number);

/* What the file's fdinfo says, and how many ports it lists. */
bool saved_fdinfo(int fd, const char *text);
int saved_ports(int fd);

#endif
