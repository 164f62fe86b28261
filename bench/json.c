// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "json.h"

static void quoted(struct json *j, const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	putc('"', j->to);
	for (; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(j->to, "\\%c", *c);
		else if (*c < ' ' || *c > '~')
			/* Bytes, not characters: what a CPU calls itself is ASCII. */
			fprintf(j->to, "\\u%04x", *c);
		else
			putc(*c, j->to);
	}
	putc('"', j->to);
}

/* What stands before a value. */
static FILE *begin(struct json *j, const char *name)
{
	if (j->more)
		putc(',', j->to);
	if (name) {
		quoted(j, name);
		putc(':', j->to);
	}
	j->more = true;
	return j->to;
}

static void open_level(struct json *j, const char *name, char bracket)
{
	putc(bracket, begin(j, name));
	j->more = false;
}

static void close_level(struct json *j, char bracket)
{
	putc(bracket, j->to);
	j->more = true;
}

void json_object(struct json *j, const char *name)
{
	open_level(j, name, '{');
}

void json_object_end(struct json *j)
{
	close_level(j, '}');
}

void json_array(struct json *j, const char *name)
{
	open_level(j, name, '[');
}

void json_array_end(struct json *j)
{
	close_level(j, ']');
}

void json_text(struct json *j, const char *name, const char *text)
{
	if (!text) {
		json_null(j, name);
		return;
	}
	begin(j, name);
	quoted(j, text);
}

/* JSON has no infinity. */
void json_number(struct json *j, const char *name, double value)
{
	if (isfinite(value))
		fprintf(begin(j, name), "%.10g", value);
	else
		json_null(j, name);
}

void json_integer(struct json *j, const char *name, int64_t value)
{
	fprintf(begin(j, name), "%lld", (long long)value);
}

void json_bool(struct json *j, const char *name, bool value)
{
	fputs(value ? "true" : "false", begin(j, name));
}

void json_null(struct json *j, const char *name)
{
	fputs("null", begin(j, name));
}

void json_line(struct json *j)
{
	if (j->more)
		putc(',', j->to);
	putc('\n', j->to);
	j->more = false;
}
