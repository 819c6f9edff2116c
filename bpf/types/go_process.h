/* Where a Go program keeps what says which goroutine runs: user space reads it from the program's file. */
#pragma once

#include "vmlinux/vmlinux.h"

struct go_process {
	/* In runtime.g. */
	__u32 goid;
	/* The same of parentGoid; 0: that version has none. */
	__u32 parent;
	/* Of the thread's g, from the thread pointer; 0: in the register that Go's own code has for it. */
	__s32 thread_local;
	__u32 unused;
};
_Static_assert(sizeof(struct go_process) == 16, "written byte for byte by user space");
