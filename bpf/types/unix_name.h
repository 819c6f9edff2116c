/*
 * What a unix socket is called: a path, or an abstract name with @ in the place of its first byte. /var/run is left at
 * /run, to which it links.
 */
#pragma once

#include "vmlinux/vmlinux.h"

enum { UNIX_PATH_MOST = 108 };

struct unix_name {
	/* Of the path that count: all of them, but for the beginning of names in a table of those. */
	__u32 bits;
	/* Zeros fill it. */
	__u8 path[UNIX_PATH_MOST];
};
_Static_assert(sizeof(struct unix_name) == 112, "read and written byte for byte by user space");
