/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of which it is known where it ends. */
#ifndef PAGES_H
#define PAGES_H

#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"

/* The compiler need not know. */
static char *volatile nowhere __attribute__((unused));

/* The end of a page behind which nothing is mapped. */
static inline char *page_end(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	CHECK_OK(munmap(p + page, page));
	return p + page;
}

#endif
