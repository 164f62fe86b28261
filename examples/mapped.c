// SPDX-License-Identifier: MIT
/*
 * Takes events and gives their ports back, without a system call per event.
 *
 *	mapped DOMID PORT	connects to a port that another domain offers
 */
#include <stdio.h>
#include <stdlib.h>
#include <evtmmap.h>

static int serve(struct evtmmap *h)
{
	int port = 0;

	while (evtmmap_wait(h, -1) == 1)		/* sleeps only if there is nothing */
		while ((port = evtmmap_next(h)) > 0) {	/* no system call */
			printf("port %d fired\n", port);
			evtmmap_rearm(h, (unsigned int)port);
		}
	return port;
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
