// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/slab.h>

void *shim_alloc(size_t size)
{
	size_t whole = (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	void *p = aligned_alloc(PAGE_SIZE, whole);

	return p ? memset(p, 0, whole) : NULL;
}

void shim_free(void *p)
{
	free(p);
}

/* Stands in a page before the memory itself. */
struct shared {
	size_t size;
	int fd;
};

static struct shared *shared_of(void *p)
{
	return (struct shared *)((char *)p - PAGE_SIZE);
}

void *shim_alloc_shared(size_t size)
{
	int fd = memfd_create("slots", 0);
	char *p;

	if (fd < 0 || ftruncate(fd, PAGE_SIZE + size))
		return NULL;
	p = mmap(NULL, PAGE_SIZE + size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return NULL;
	p += PAGE_SIZE;
	*shared_of(p) = (struct shared){ size, fd };
	return p;
}

void shim_free_shared(void *p)
{
	struct shared *s = shared_of(p);

	close(s->fd);
	munmap(s, PAGE_SIZE + s->size);
}

const void *shim_map_twice(void *p, size_t size)
{
	char *at = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (at == MAP_FAILED)
		abort();
	for (i = 0; i < 2; i++)
		if (mmap(at + i * size, size, PROT_READ, MAP_SHARED | MAP_FIXED,
			 shared_of(p)->fd, PAGE_SIZE) == MAP_FAILED)
			abort();
	return at;
}

void shim_unmap_twice(const void *at, size_t size)
{
	munmap((void *)at, 2 * size);
}
