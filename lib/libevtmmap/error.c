// SPDX-License-Identifier: MIT
/*
 * What an errno means for this device.
 */
#include <errno.h>
#include <string.h>
#include "evtmmap.h"

static const struct {
	int error;
	const char *text;
} texts[] = {
	{ 0, "no error" },
	{ EACCES, "the device is not ours to open, or evtmmap_restrict() forbids it" },
	{ EBADF, "no open descriptor, or not one to read and write" },
	{ EBUSY, "the ring is mapped by somebody, or events are not taken yet" },
	{ EEXIST, "the virtual interrupt is bound already" },
	{ E2BIG, "the options are of a later version of the library" },
	{ EINTR, "a signal was handled first" },
	{ EINVAL, "no such port, domain or option" },
	{ EISCONN, "the port is bound to this device already" },
	{ ENODEV, "no event channel device: is this Xen, is xen-evtchn loaded?" },
	{ ENOENT, "no event channel device: is this Xen, is xen-evtchn loaded?" },
	{ ENOMEM, "out of memory: the call may be tried again" },
	{ ENOSPC, "Xen has no event channel left" },
	{ ENOSYS, "this driver does not know that command" },
	{ ENOTCONN, "the port is not bound to this device" },
	{ ENXIO, "no event channel device: is this Xen, is xen-evtchn loaded?" },
	{ ENOTTY, "this is not an event channel device" },
	{ EOVERFLOW, "events were lost: evtmmap_resync() begins again" },
	{ ESRCH, "no such domain" },
	{ ESTALE, "the domain was restored and its ports are gone: bind, evtmmap_resync()" },
};

const char *evtmmap_strerror(int error)
{
	unsigned int i;

	if (error < 0)
		error = -error;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return texts[i].text;
	return strerror(error);
}
