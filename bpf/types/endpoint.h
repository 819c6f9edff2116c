/* One end of a connection, or where somebody listens. */
#pragma once

#include "vmlinux/vmlinux.h"

struct endpoint {
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 address[4];
	/* Host order. */
	__u16 port;
	__u16 unused;
};
_Static_assert(sizeof(struct endpoint) == 20, "written byte for byte by user space");
