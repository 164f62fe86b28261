// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel with a sanitizer has the functions its compiler calls. They are in
 * /proc/kallsyms for everybody (what is hidden there is addresses), and cannot
 * be switched off as debugfs can. Without kallsyms there may be a .config.
 */
#include <stdio.h>
#include <string.h>

#include "sanitizers.h"

static const struct watcher {
	const char *name, *symbol, *option;
} watchers[] = {
	{ "kasan", "kasan_report", "CONFIG_KASAN=y" },
	{ "kcsan", "__tsan_read8", "CONFIG_KCSAN=y" },
	{ "kmsan", "__msan_warning", "CONFIG_KMSAN=y" },
	{ "ubsan", "__ubsan_handle_out_of_bounds", "CONFIG_UBSAN=y" },
	{ "kmemleak", "kmemleak_alloc", "CONFIG_DEBUG_KMEMLEAK=y" },
	{ "lockdep", "lock_acquire", "CONFIG_LOCKDEP=y" },
};

#define NWATCHERS (sizeof(watchers) / sizeof(watchers[0]))

/* Bit i: watcher i is in the file; false when it has not a line. */
static bool scan(const char *path, bool symbols, unsigned int *found)
{
	char line[256], word[128];
	unsigned int i, lines = 0;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f)) {
		lines++;
		if (sscanf(line, symbols ? "%*s %*s %127s" : "%127s", word) != 1)
			continue;
		for (i = 0; i < NWATCHERS; i++)
			if (!strcmp(word, symbols ? watchers[i].symbol : watchers[i].option))
				*found |= 1U << i;
	}
	if (f)
		fclose(f);
	return lines > 0;
}

static void append(char *list, unsigned int size, const char *name)
{
	unsigned int used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? " " : "", name);
}

bool sanitizers_read(char *list, unsigned int size, const char *release)
{
	unsigned int i, found = 0;
	char config[160];
	bool known;

	snprintf(config, sizeof(config), "/boot/config-%s", release);
	known = scan("/proc/kallsyms", true, &found) || scan(config, false, &found);
	list[0] = 0;
	for (i = 0; i < NWATCHERS; i++)
		if (found & 1U << i)
			append(list, size, watchers[i].name);
#if defined(__SANITIZE_ADDRESS__)
	append(list, size, "asan");
#endif
#if defined(__SANITIZE_THREAD__)
	append(list, size, "tsan");
#endif
	return known;
}
