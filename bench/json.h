/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes JSON as it goes. In an object every value has a name; in an array,
 * and outside of both, the name is NULL.
 */
#ifndef EVTBENCH_JSON_H
#define EVTBENCH_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *to;
	bool more;		/* something stands before, on the same level */
};

void json_object(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *name);
void json_array_end(struct json *j);
void json_text(struct json *j, const char *name, const char *text);	/* NULL: null */
void json_number(struct json *j, const char *name, double value);
void json_integer(struct json *j, const char *name, int64_t value);
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);
/* A line break before what comes next: for those who read it with grep. */
void json_line(struct json *j);

#endif
