/* Where the app wanted to go. */
#pragma once

#include "vmlinux/vmlinux.h"

struct origin {
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 address[4];
	/* Host order. */
	__u16 port;
	__u8 family;
	/* IPPROTO_TCP or IPPROTO_UDP */
	__u8 protocol;
	/* Of the process that asked for it, as the initial namespace counts. */
	__u32 pid;
};
_Static_assert(sizeof(struct origin) == 24, "read byte for byte by user space");
