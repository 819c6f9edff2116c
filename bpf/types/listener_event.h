/* A socket of the app began to listen, or ceased to. */
#pragma once

#include "vmlinux/vmlinux.h"

enum listener_change {
	listener_listens = 0,
	listener_gone = 1,
};

struct listener_event {
	/* Tells the sockets apart that listen on one port. */
	__u64 cookie;
	/* CLOCK_MONOTONIC, nanoseconds. */
	__u64 at;
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 address[4];
	/* Host order. */
	__u16 port;
	/* enum listener_change */
	__u8 change;
	/* AF_INET or AF_INET6 */
	__u8 family;
	__u32 unused;
};
_Static_assert(sizeof(struct listener_event) == 40, "read byte for byte by user space");
