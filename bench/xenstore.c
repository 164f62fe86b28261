// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <xen/io/xs_wire.h>

#include "bench.h"
#include "xenstore.h"

#define TOKEN	"evtbench"

static int open_socket(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = STORE_SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || !connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	close(fd);
	return -1;
}

bool store_open(struct store *s, const char *path)
{
	s->events = 0;
	s->fd = -1;
	if (!path || !strcmp(path, STORE_SOCKET))
		s->fd = open_socket();
	if (s->fd < 0 && (!path || !strcmp(path, STORE_XENBUS)))
		s->fd = open(STORE_XENBUS, O_RDWR | O_CLOEXEC);
	return s->fd >= 0;
}

void store_close(struct store *s)
{
	close(s->fd);
}

static void read_all(struct store *s, void *to, unsigned int len)
{
	ssize_t n;

	for (; len; len -= n, to = (char *)to + n) {
		n = read(s->fd, to, len);
		if (n <= 0)
			die("reading from xenstored");
	}
}

/* Its body, which is followed by a 0. */
static char *read_message(struct store *s, struct xsd_sockmsg *head)
{
	char *body;

	read_all(s, head, sizeof(*head));
	body = malloc(head->len + 1);
	if (!body)
		die("no memory");
	read_all(s, body, head->len);
	body[head->len] = 0;
	return body;
}

static void send_request(struct store *s, uint32_t type, const void *body, unsigned int len)
{
	struct {
		struct xsd_sockmsg head;
		char body[XENSTORE_PAYLOAD_MAX];
	} request;

	request.head = (struct xsd_sockmsg){ .type = type, .len = len };
	if (len > sizeof(request.body))
		die("a request of %u bytes", len);
	memcpy(request.body, body, len);
	len += sizeof(request.head);
	if (write(s->fd, &request, len) != (ssize_t)len)
		die("writing to xenstored");
}

/* The answer, or NULL and errno when xenstored says no. */
static char *ask(struct store *s, uint32_t type, const void *body, unsigned int len,
		 unsigned int *got)
{
	struct xsd_sockmsg head;
	char *answer;

	send_request(s, type, body, len);
	while (answer = read_message(s, &head), head.type == XS_WATCH_EVENT) {
		s->events++;
		free(answer);
	}
	if (head.type == type) {
		*got = head.len;
		return answer;
	}
	free(answer);
	errno = EIO;
	return NULL;
}

/* Two texts, the second without its 0 where that is how it is done. */
static bool ask_two(struct store *s, uint32_t type, const char *a, const char *b, bool end)
{
	char body[XENSTORE_PAYLOAD_MAX], *answer;
	unsigned int na = strlen(a) + 1, nb = strlen(b) + end, len;

	if (na + nb > sizeof(body))
		die("%s: too long", a);
	memcpy(body, a, na);
	memcpy(body + na, b, nb);
	answer = ask(s, type, body, na + nb, &len);
	free(answer);
	return answer;
}

char *store_read(struct store *s, const char *path)
{
	unsigned int len;

	return ask(s, XS_READ, path, strlen(path) + 1, &len);
}

char *store_directory(struct store *s, const char *path, unsigned int *len)
{
	return ask(s, XS_DIRECTORY, path, strlen(path) + 1, len);
}

bool store_write(struct store *s, const char *path, const char *text)
{
	return ask_two(s, XS_WRITE, path, text, false);
}

bool store_remove(struct store *s, const char *path)
{
	unsigned int len;
	char *answer = ask(s, XS_RM, path, strlen(path) + 1, &len);

	free(answer);
	return answer;
}

bool store_watch(struct store *s, const char *path)
{
	return ask_two(s, XS_WATCH, path, TOKEN, true);
}

bool store_wait(struct store *s, unsigned int seconds)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	struct xsd_sockmsg head;

	if (!s->events) {
		if (seconds && poll(&p, 1, seconds * 1000) <= 0)
			return false;
		free(read_message(s, &head));
		if (head.type != XS_WATCH_EVENT)
			die("xenstored answers what it was not asked");
		s->events++;
	}
	s->events--;
	return true;
}
