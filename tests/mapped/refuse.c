// SPDX-License-Identifier: GPL-2.0
/* Mappings that must not be. */
#include <fcntl.h>

#include "bundle.h"

#define PAGE	CONSUMER_PAGE
#define R	PROT_READ
#define RW	(PROT_READ | PROT_WRITE)
#define RX	(PROT_READ | PROT_EXEC)
#define SEG(n)	(((uint64_t)(n) + 1) << 32)
#define SEG_LEN	(2 * PAGE)	/* of a fresh file's segment */

static void refused(int fd, int prot, size_t length, uint64_t offset, int err)
{
	void *p = map_part(fd, prot, length, offset);

	if (p != MAP_FAILED || errno != err)
		tap_fail(__FILE__, __LINE__,
			 "mmap prot %d, %zu bytes at %#llx: %s, wanted %s", prot,
			 length, (unsigned long long)offset,
			 tap_errno(p == MAP_FAILED ? errno : 0), tap_errno(err));
}

/* The one case for a driver that knows nothing of all this. */
CASE(map_works_or_says_enodev)
{
	int fd = evt_open(0);

	if (map_part(fd, R, PAGE, EVTMMAP_OFF_HEADER) != MAP_FAILED)
		return;
	CHECK_EQ(errno, ENODEV);
	refused(fd, R, PAGE, EVTMMAP_OFF_HEADER, ENODEV);
	refused(fd, RW, PAGE, EVTMMAP_OFF_CONSUMER, ENODEV);
	refused(fd, R, SEG_LEN, SEG(0), ENODEV);
	refused(fd, RW, PAGE, 0x5000, ENODEV);
}

CASE(map_refuses_write_to_the_kernels_pages)
{
	int fd = evt_open(0);

	refused(fd, RW, PAGE, EVTMMAP_OFF_HEADER, EACCES);
	refused(fd, PROT_WRITE, PAGE, EVTMMAP_OFF_HEADER, EACCES);
	refused(fd, RW, SEG_LEN, SEG(0), EACCES);
	refused(fd, PROT_WRITE, SEG_LEN, SEG(0), EACCES);
}

CASE(map_refuses_exec)
{
	int fd = evt_open(0);

	refused(fd, RX, PAGE, EVTMMAP_OFF_HEADER, EACCES);
	refused(fd, PROT_EXEC, PAGE, EVTMMAP_OFF_HEADER, EACCES);
	refused(fd, RX, SEG_LEN, SEG(0), EACCES);
	refused(fd, RX, PAGE, EVTMMAP_OFF_CONSUMER, EACCES);
	refused(fd, RW | PROT_EXEC, PAGE, EVTMMAP_OFF_CONSUMER, EACCES);
	/* None of it has made the taker a mapped one. */
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_RESYNC), ENXIO);
}

static void refused_private(int fd, int prot, size_t length, uint64_t offset)
{
	void *p = mmap(NULL, length, prot, MAP_PRIVATE, fd, offset);

	CHECK(p == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
}

CASE(map_refuses_private)
{
	int fd = evt_open(0);

	refused_private(fd, R, PAGE, EVTMMAP_OFF_HEADER);
	refused_private(fd, RW, PAGE, EVTMMAP_OFF_HEADER);
	refused_private(fd, R, PAGE, EVTMMAP_OFF_CONSUMER);
	refused_private(fd, RW, PAGE, EVTMMAP_OFF_CONSUMER);
	refused_private(fd, R, SEG_LEN, SEG(0));
	refused_private(fd, RW, SEG_LEN, SEG(0));
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_RESYNC), ENXIO);
}

CASE(map_refuses_offsets_where_nothing_is)
{
	static const uint64_t offset[] = {
		PAGE, EVTMMAP_OFF_CONSUMER - PAGE, EVTMMAP_OFF_CONSUMER + PAGE,
		0x80000000, 0xfffff000, SEG(0) + PAGE, SEG(0) - PAGE, SEG(1),
		SEG(30), SEG(31), SEG(32), SEG(33), SEG(0x7ffffff), 1ULL << 62,
		1ULL << 63, 0x8000000100000000,
	};
	int fd = evt_open(0);
	unsigned int i;

	for (i = 0; i < sizeof(offset) / sizeof(*offset); i++) {
		refused(fd, R, PAGE, offset[i], ENXIO);
		refused(fd, R, SEG_LEN, offset[i], ENXIO);
	}
}

CASE(map_refuses_other_lengths)
{
	static const size_t pages[] = { 1, 3, 4, 5, 64, 1 << 18 };
	int fd = evt_open(0);
	unsigned int i;

	for (i = 0; i < sizeof(pages) / sizeof(*pages); i++)
		refused(fd, R, pages[i] * PAGE, SEG(0), EINVAL);
	for (i = 1; i < sizeof(pages) / sizeof(*pages); i++) {
		refused(fd, R, pages[i] * PAGE, EVTMMAP_OFF_HEADER, EINVAL);
		refused(fd, RW, pages[i] * PAGE, EVTMMAP_OFF_CONSUMER, EINVAL);
	}
	refused(fd, R, 0, EVTMMAP_OFF_HEADER, EINVAL);
	CHECK_ERR(ioctl(fd, EVTMMAP_IOC_RESYNC), ENXIO);
}

CASE(map_refuses_a_segment_that_is_gone)
{
	int fd = evt_open(0);
	struct consumer c = consumer_open(fd);

	CHECK_OK(ioctl(fd, EVTMMAP_IOC_RESYNC));
	CHECK_EQ(c.header->segment[0].nslots, 0);
	refused(fd, R, SEG_LEN, SEG(0), ENXIO);
	map_ok(fd, R, SEG_LEN, SEG(1));
	refused(fd, R, SEG_LEN, SEG(2), ENXIO);
}

CASE(map_of_a_file_open_for_reading_only)
{
	int fd = CHECK_OK(open(EVT_NODE, O_RDONLY));
	void *header = map_header(fd);

	CHECK_ERR(mprotect(header, PAGE, RW), EACCES);
	refused(fd, RW, PAGE, EVTMMAP_OFF_CONSUMER, EACCES);
	refused(fd, RW, SEG_LEN, SEG(0), EACCES);
	map_ok(fd, R, SEG_LEN, SEG(0));
}

CASE(map_of_a_file_open_for_writing_only)
{
	int fd = CHECK_OK(open(EVT_NODE, O_WRONLY));

	refused(fd, R, PAGE, EVTMMAP_OFF_HEADER, EACCES);
	refused(fd, PROT_WRITE, PAGE, EVTMMAP_OFF_CONSUMER, EACCES);
	refused(fd, RW, PAGE, EVTMMAP_OFF_CONSUMER, EACCES);
}
