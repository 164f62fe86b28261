// SPDX-License-Identifier: MIT
/*
 * A backend that answers each event, with one system call for all that wait.
 *
 *	batch DOMID PORT	connects to a port that another domain offers
 */
#include "example.h"

static int serve(struct evtmmap *h)
{
	int ret;

	do {
		/* Does what was queued, and sleeps if there is nothing: one call. */
		ret = evtmmap_submit_wait(h, 1, -1);
		/* Nothing is left to do, so this only says what went wrong. */
		if (ret >= 0)
			ret = evtmmap_submit(h);
		while (ret >= 0 && (ret = evtmmap_next(h)) > 0)
			ret = evtmmap_queue(h, (unsigned int)ret,
					    EVTMMAP_REARM | EVTMMAP_NOTIFY);
		if (ret == -EOVERFLOW)
			ret = evtmmap_resync(h);
	} while (ret == 0 || ret == -EINTR);
	return ret;
}

int main(int argc, char **argv)
{
	struct evtmmap *h;
	int ret = open_connected(argc, argv, &h);

	if (ret)
		return ret;
	ret = serve(h);
	evtmmap_close(h);
	return fail("serve", ret);
}
