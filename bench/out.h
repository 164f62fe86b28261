/* SPDX-License-Identifier: GPL-2.0 */
#ifndef EVTBENCH_OUT_H
#define EVTBENCH_OUT_H

/* Where results go, each NULL or a path or "-"; a table when stdout is free. */
void out_open(const char *json_path, const char *csv_path);
void out_close(void);
void out_progress(const char *name, unsigned int done, unsigned int all);

#endif
