/*
 * Somebody in the app sends on a TCP socket or has received from it. It lies among the tap's pieces, in the order in which
 * things came to pass: before the packets that carry what is sent, and before whatever follows from what was received.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include "types/record_head.h"

/* In record_head.protocol: a number that is nobody's (RFC 3692). */
#define PROTOCOL_ACT 254

struct act {
	/*
	 * `from` is the app's end, `to` the other one, as the socket has them. `seq` is the number of the byte that is sent
	 * next, or that follows the last one received. `length` is how many are sent at most, and `kept` what follows this
	 * head.
	 */
	struct record_head head;
	/* The goroutine that acts, or the one that has asked it to. 0: the process has none, or it cannot be told. */
	__u64 task;
	/* The one that started it; 0 where that is not known. */
	__u64 parent;
	/* As the initial namespace counts. */
	__u32 process;
	__u32 thread;
	/* 1: somebody waits for this socket together with others (epoll). */
	__u8 is_polled;
	__u8 unused[7];
};
_Static_assert(sizeof(struct act) == 104, "read byte for byte by user space");
