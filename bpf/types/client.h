/* Whom our listeners see: the app's end of a redirected connection, or the sender of a redirected datagram. */
#pragma once

#include "vmlinux/vmlinux.h"

struct client {
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 address[4];
	/* Host order. */
	__u16 port;
	/* IPPROTO_TCP or IPPROTO_UDP */
	__u8 protocol;
	__u8 unused;
};
_Static_assert(sizeof(struct client) == 20, "written byte for byte by user space");
