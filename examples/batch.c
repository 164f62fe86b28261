// SPDX-License-Identifier: MIT
/*
 * A backend that answers each event, with one system call for all that wait.
 *
 *	batch DOMID PORT	connects to a port that another domain offers
 */
#include <stdio.h>
#include <stdlib.h>
#include <evtmmap.h>

static int serve(struct evtmmap *h)
{
	int port = 0, ret;

	/* Does what was queued, and sleeps if there is nothing: one call. */
	while ((ret = evtmmap_submit_wait(h, 1, -1)) == 1 && port >= 0)
		while ((port = evtmmap_next(h)) > 0)
			evtmmap_queue(h, (unsigned int)port,
				      EVTMMAP_REARM | EVTMMAP_NOTIFY);
	return port < 0 ? port : ret;
}

int main(int argc, char **argv)
{
	struct evtmmap *h;
	int ret = evtmmap_open(&h, NULL);

	if (argc != 3)
		return 2;
	if (ret == 0)
		ret = evtmmap_bind_interdomain(h, (unsigned int)atoi(argv[1]),
					       (unsigned int)atoi(argv[2]));
	if (ret > 0)
		ret = serve(h);
	fprintf(stderr, "%s: %s\n", argv[0], evtmmap_strerror(ret));
	return 1;
}
