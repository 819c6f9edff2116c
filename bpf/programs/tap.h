/*
 * The tap: copies what the app's TCP connections and DNS datagrams carry into a ring buffer. It touches no socket, holds
 * nothing up, and lets every packet pass. TCP: payloads, and SYN, FIN and RST with or without one; bare ACKs are left out,
 * and so are connections to our own listeners.
 *
 * - A piece is reserved in the ring itself: a per-CPU buffer would be overwritten when a softirq's packet interrupts a
 *   process's.
 * - One packet can be 130,966 bytes on the loopback, 512 KiB with BIG TCP: it is taken in pieces. The whole pieces have a
 *   constant length and the rest comes after the loop, so that the verifier's states stay alike (a length chosen inside
 *   the loop is a million instructions on 6.1).
 * - Of IPv6's extension headers, hop-by-hop (BIG TCP) and destination options are walked over, two at most; a packet with
 *   others is not read. Fragments do not come here: the kernel runs these programs on whole packets.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps/tap_drops.h"
#include "maps/tap_ring.h"
#include "types/record_head.h"
#include "types/settings.h"
#include "programs/address.h"
#include "programs/own_flow.h"
#include "programs/our_ports.h"

#define PIECE 16384
#define PIECES 33
/* The reader is woken while the ring's fill crosses this much above settings.wake_at, not at every record beyond. */
#define WAKE_BAND (256 << 10)
#define DNS_PORT 53

enum {
	flag_fin = 1,
	flag_syn = 2,
	flag_rst = 4,
};

struct piece {
	struct record_head head;
	__u8 bytes[PIECE];
};

/*
 * Without a branch: it stands in the loop over pieces, and verifiers to 6.1 forget states that they compared in vain too
 * often, so that each branch there would multiply the paths with every piece.
 */
static __always_inline __u64 wake(void)
{
	__u64 above = bpf_ringbuf_query(&tap_ring, BPF_RB_AVAIL_DATA) - settings.wake_at;
	__u64 is_in_band;

	/* The compiler would make a branch of the comparison. */
	asm volatile("" : "+r"(above));
	is_in_band = (~above & (above - WAKE_BAND)) >> 63;
	return BPF_RB_NO_WAKEUP + is_in_band * (BPF_RB_FORCE_WAKEUP - BPF_RB_NO_WAKEUP);
}

static __always_inline void put_bare(struct record_head *head)
{
	head->kept = 0;
	if (bpf_ringbuf_output(&tap_ring, head, sizeof(*head), wake()))
		count_drop(drop_ring_full);
}

/* Says that these bytes passed by, if there is room for that much. */
static __always_inline void put_lost(struct record_head *head, __u32 length, __u32 cause)
{
	count_drop(cause);
	head->length = length;
	put_bare(head);
}

/*
 * The rest of a packet, more than ABOVE and at most SIZE bytes. Verifiers to 6.1 learn nothing from the comparison that
 * leads here, hence the arithmetic; the difference must be a power of 2, and SIZE a constant where the room is reserved.
 */
#define PUT_REST(ABOVE, SIZE)                                                                   \
	do {                                                                                    \
		struct piece *piece = bpf_ringbuf_reserve(&tap_ring, sizeof(*head) + (SIZE), 0); \
		if (!piece) {                                                                   \
			put_lost(head, rest, drop_ring_full);                                   \
			return 0;                                                                \
		}                                                                               \
		__builtin_memcpy(&piece->head, head, sizeof(*head));                            \
		asm volatile("%0 += %1; %0 &= %2; %0 += %3"                                     \
			     : "+r"(rest)                                                       \
			     : "i"(-(ABOVE)-1), "i"((SIZE) - (ABOVE)-1), "i"((ABOVE) + 1));     \
		if (bpf_skb_load_bytes(skb, offset, piece->bytes, rest)) {                      \
			count_drop(drop_unreadable);                                            \
			bpf_ringbuf_discard(piece, BPF_RB_NO_WAKEUP);                           \
			return 0;                                                                \
		}                                                                               \
		bpf_ringbuf_submit(piece, wake());                                              \
	} while (0)

/*
 * `length` bytes of the packet from `offset` on, as the bytes from `head->seq` on. Global, so that the verifier looks at it
 * once, and not on each path that leads here.
 */
__noinline int reprise_put_payload(struct __sk_buff *skb, struct record_head *head, __u32 offset, __u32 length)
{
	__u64 rest;
	__u8 flags;

	if (!head)
		return 0;
	flags = head->flags;
	head->flags &= ~flag_fin;
	for (int i = 0; i < PIECES; i++) {
		if (length <= PIECE)
			break;
		struct piece *piece = bpf_ringbuf_reserve(&tap_ring, sizeof(*piece), 0);
		if (!piece) {
			head->flags = flags;
			put_lost(head, length, drop_ring_full);
			return 0;
		}
		head->length = PIECE;
		head->kept = PIECE;
		__builtin_memcpy(&piece->head, head, sizeof(*head));
		if (bpf_skb_load_bytes(skb, offset, piece->bytes, PIECE)) {
			count_drop(drop_unreadable);
			bpf_ringbuf_discard(piece, BPF_RB_NO_WAKEUP);
			return 0;
		}
		bpf_ringbuf_submit(piece, wake());
		length -= PIECE;
		offset += PIECE;
		head->seq += PIECE;
	}
	head->flags = flags;
	if (length > PIECE) {
		put_lost(head, length, drop_too_long);
		return 0;
	}
	head->length = length;
	head->kept = length;
	rest = length;
	/* What is reserved is written to the journal, so close sizes are worth their instructions. */
	if (length <= 64)
		PUT_REST(0, 64);
	else if (length <= 128)
		PUT_REST(64, 128);
	else if (length <= 192)
		PUT_REST(128, 192);
	else if (length <= 256)
		PUT_REST(192, 256);
	else if (length <= 384)
		PUT_REST(256, 384);
	else if (length <= 512)
		PUT_REST(384, 512);
	else if (length <= 768)
		PUT_REST(512, 768);
	else if (length <= 1024)
		PUT_REST(768, 1024);
	else if (length <= 1536)
		PUT_REST(1024, 1536);
	else if (length <= 2048)
		PUT_REST(1536, 2048);
	else if (length <= 3072)
		PUT_REST(2048, 3072);
	else if (length <= 4096)
		PUT_REST(3072, 4096);
	else if (length <= 8192)
		PUT_REST(4096, 8192);
	else
		PUT_REST(8192, PIECE);
	return 0;
}

static __always_inline void tap_tcp(struct __sk_buff *skb, struct record_head *head, __u32 offset)
{
	struct tcp_head tcp;
	__u32 payload;

	if (bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)))
		return;
	offset += (tcp.words >> 4) * 4;
	payload = skb->len > offset ? skb->len - offset : 0;
	if (!payload && !(tcp.flags & (flag_fin | flag_syn | flag_rst)))
		return;
	head->from_port = bpf_ntohs(tcp.from);
	head->to_port = bpf_ntohs(tcp.to);
	if (is_our_end(head->from, head->from_port) || is_our_end(head->to, head->to_port))
		return;
	if (settings.is_steering && is_own_flow(head))
		return;
	head->seq = bpf_ntohl(tcp.seq);
	head->ack = bpf_ntohl(tcp.ack);
	head->flags = tcp.flags;
	if (!payload || (tcp.flags & (flag_syn | flag_rst))) {
		put_bare(head);
		/* A reset's payload is a diagnosis and no part of the stream. */
		if (!payload || (tcp.flags & flag_rst))
			return;
		/* TCP Fast Open: the SYN itself has a number, the bytes follow it. */
		head->flags &= ~flag_syn;
		head->seq++;
	}
	reprise_put_payload(skb, head, offset, payload);
}

static __always_inline void tap_udp(struct __sk_buff *skb, struct record_head *head, __u32 offset)
{
	struct udp_head udp;

	if (bpf_skb_load_bytes(skb, offset, &udp, sizeof(udp)))
		return;
	head->from_port = bpf_ntohs(udp.from);
	head->to_port = bpf_ntohs(udp.to);
	if (head->from_port != DNS_PORT && head->to_port != DNS_PORT)
		return;
	offset += sizeof(udp);
	if (skb->len > offset)
		reprise_put_payload(skb, head, offset, skb->len - offset);
}

static __always_inline __u32 read_ip4(struct __sk_buff *skb, struct record_head *head)
{
	struct ipv4_head ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return 0;
	head->family = AF_INET;
	head->protocol = ip.protocol;
	put_address4(head->from, ip.from);
	put_address4(head->to, ip.to);
	return (ip.version_and_words & 15) * 4;
}

static __always_inline __u32 read_ip6(struct __sk_buff *skb, struct record_head *head)
{
	__u32 offset = sizeof(struct ipv6_head);
	struct ipv6_head ip;
	__u8 option[2];

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return 0;
	head->family = AF_INET6;
	head->protocol = ip.next;
	__builtin_memcpy(head->from, ip.from, sizeof(ip.from));
	__builtin_memcpy(head->to, ip.to, sizeof(ip.to));
	for (int i = 0; i < 2; i++) {
		if (head->protocol != IPPROTO_HOPOPTS && head->protocol != IPPROTO_DSTOPTS)
			break;
		if (bpf_skb_load_bytes(skb, offset, option, sizeof(option)))
			return 0;
		head->protocol = option[0];
		offset += (option[1] + 1) * 8;
	}
	return offset;
}

static __always_inline int tap(struct __sk_buff *skb, __u8 direction)
{
	struct record_head head = {};
	__u32 offset = 0;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		offset = read_ip4(skb, &head);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		offset = read_ip6(skb, &head);
	if (!offset || (head.protocol != IPPROTO_TCP && head.protocol != IPPROTO_UDP))
		return 1;
	head.direction = direction;
	head.at = bpf_ktime_get_ns();
	if (head.protocol == IPPROTO_TCP)
		tap_tcp(skb, &head, offset);
	else
		tap_udp(skb, &head, offset);
	return 1;
}

SEC("cgroup_skb/ingress")
int reprise_tap_in(struct __sk_buff *skb)
{
	return tap(skb, direction_received);
}

SEC("cgroup_skb/egress")
int reprise_tap_out(struct __sk_buff *skb)
{
	return tap(skb, direction_sent);
}
