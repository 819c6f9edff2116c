/* A process of the app begins to run a program. It lies among the listener events, from which its length tells it. */
#pragma once

#include "vmlinux/vmlinux.h"

struct program_begin {
	/* CLOCK_MONOTONIC, nanoseconds. */
	__u64 at;
	/* As the initial namespace counts. */
	__u32 process;
	__u32 unused;
};
_Static_assert(sizeof(struct program_begin) == 16, "read byte for byte by user space");
