// SPDX-License-Identifier: MIT
/*
 * Takes events and gives their ports back, without a system call per event.
 *
 *	mapped DOMID PORT	connects to a port that another domain offers
 */
#include "example.h"

static int serve(struct evtmmap *h)
{
	int ret;

	do {
		ret = evtmmap_wait(h, -1);	/* sleeps only if there is nothing */
		while (ret >= 0 && (ret = evtmmap_next(h)) > 0) { /* no system call */
			printf("port %d fired\n", ret);
			ret = evtmmap_rearm(h, (unsigned int)ret);
		}
		if (ret == -EOVERFLOW)		/* the driver lost some */
			ret = evtmmap_resync(h);
	} while (ret == 0 || ret == -EINTR);	/* a signal was handled */
	return ret;
}

int main(int argc, char **argv)
{
	struct evtmmap *h;
	int ret = open_connected(argc, argv, &h);

	if (ret)
		return ret;
	setvbuf(stdout, NULL, _IOLBF, 0);
	ret = serve(h);
	evtmmap_close(h);
	return fail("serve", ret);
}
