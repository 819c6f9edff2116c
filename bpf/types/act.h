/*
 * Somebody in the app sends on a TCP socket or has received from it. It lies among the tap's pieces, in the order in which
 * things came to pass: before the packets that carry what is sent, and before whatever follows from what was received.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include "types/record_head.h"

/* In record_head.protocol: a number that is nobody's (RFC 3692). */
#define PROTOCOL_ACT 254

/* Oneself, and three of one's ancestors. */
#define GENERATIONS 4

enum actor_kind {
	actor_thread = 0,
	/* A virtual thread of Java's is one as well. */
	actor_goroutine = 1,
	/*
	 * What an event loop does for one request, by its own number for that. Bit 52: its driver was asked for this by that
	 * request itself.
	 */
	actor_request = 2,
};

struct strand {
	/* Of a thread, as the initial namespace counts; of a goroutine, as its process does. 0: not known. */
	__u64 number;
	/* When it began: CLOCK_MONOTONIC, nanoseconds. 0: not known. */
	__u64 born;
};

struct act {
	/*
	 * `from` is the app's end, `to` the other one, as the socket has them. `seq` is the number of the byte that is sent
	 * next, or that follows the last one received. `length` is how many are sent at most, `ack` the number of the first
	 * byte that the app ever sent where it opened the connection, and `kept` what follows this head.
	 */
	struct record_head head;
	/* As the initial namespace counts. */
	__u32 process;
	/* enum actor_kind */
	__u8 kind;
	/* 1: somebody waits for this socket together with others (epoll). */
	__u8 is_polled;
	__u8 unused[2];
	/* Who acts, who started that one, and so on; those that follow the last one known are not told. */
	struct strand lineage[GENERATIONS];
};
_Static_assert(sizeof(struct act) == 136, "read byte for byte by user space");
