/* What user space decides before the programs of unix sockets are loaded; the verifier then sees constants. */
#pragma once

#include "vmlinux/vmlinux.h"

struct unix_settings {
	/* The app's cgroup, by its number. */
	__u64 group;
	/* 1: connections to somebody else's sockets are refused; 0: counted. */
	__u32 is_refusing;
	__u32 unused;
};
_Static_assert(sizeof(struct unix_settings) == 16, "written byte for byte by user space");

const volatile struct unix_settings unix_settings = {};
