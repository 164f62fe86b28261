/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EVTBENCH_SANITIZERS_H
#define EVTBENCH_SANITIZERS_H

#include <stdbool.h>

/*
 * What watches the kernel, or this program, and makes both slower: names with
 * blanks between. False when there is no telling.
 */
bool sanitizers_read(char *list, unsigned int size, const char *release);

#endif
