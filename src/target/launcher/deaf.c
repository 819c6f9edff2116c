/*
 * A socket that hears nothing for a while: a filter drops each packet before the kernel looks at it, so that its sender sends
 * it again later. Used by transplant.c.
 */
#define _GNU_SOURCE
#include "deaf.h"
#include <linux/filter.h>
#include <stddef.h>
#include <sys/socket.h>

int hear_nothing(int fd)
{
	struct sock_filter drop = { .code = BPF_RET | BPF_K, .k = 0 };
	struct sock_fprog filter = { .len = 1, .filter = &drop };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

void hear_again(int fd)
{
	int none = 0;

	setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none);
}

int has_filter(int fd)
{
	socklen_t instructions = 0;

	return getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &instructions) || instructions > 0;
}
