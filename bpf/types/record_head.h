/*
 * What stands before each piece that the tap copies. User space reads it byte for byte from the ring and from the journal.
 */
#pragma once

#include "vmlinux/vmlinux.h"

enum direction {
	direction_received = 0,
	direction_sent = 1,
};

struct record_head {
	/* TCP: the sequence number of this piece's first byte, or of the SYN, FIN or RST. */
	__u32 seq;
	/* TCP: what the sender acknowledges, if the ACK flag is set. */
	__u32 ack;
	/* CLOCK_MONOTONIC, nanoseconds. */
	__u64 at;
	/* Bytes of the stream, or of the datagram, that this record stands for. */
	__u32 length;
	/* How many of them follow: all, or none where the ring was full, or less of a datagram that is too long. */
	__u32 kept;
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 from[4];
	__u32 to[4];
	/* Host order. */
	__u16 from_port;
	__u16 to_port;
	/* enum direction, as the app sees it. */
	__u8 direction;
	/* TCP's: FIN 1, SYN 2, RST 4, PSH 8, ACK 16. Of a packet in pieces, the last one has the FIN. */
	__u8 flags;
	/* AF_INET or AF_INET6: the packet's, not the socket's. */
	__u8 family;
	/* IPPROTO_TCP or IPPROTO_UDP; user space adds records of its own (src/capture/relayed.ts). */
	__u8 protocol;
};
_Static_assert(sizeof(struct record_head) == 64, "read byte for byte by user space");
