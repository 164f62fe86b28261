/* SPDX-License-Identifier: GPL-2.0 */
/* A descriptor goes to another process, over a socket. */
#ifndef PASS_H
#define PASS_H

void send_fd(int sock, int fd);
int receive_fd(int sock);

#endif
