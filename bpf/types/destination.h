/* An end that the app connects to. */
#pragma once

#include "vmlinux/vmlinux.h"

struct destination {
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 address[4];
	/* Host order. */
	__u32 port;
};
_Static_assert(sizeof(struct destination) == 20, "written byte for byte by user space");
