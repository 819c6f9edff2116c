/* Whether somebody listens at an address of this machine, in the network namespace of the hook's socket. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

static __always_inline bool is_listener(struct bpf_sock *found)
{
	bool is_there;

	if (!found)
		return false;
	is_there = found->state == BPF_TCP_LISTEN;
	bpf_sk_release(found);
	return is_there;
}

/* `address` is in network order, `port` in host order. */
static __always_inline bool listens4(struct bpf_sock_addr *ctx, __u32 address, __u16 port)
{
	struct bpf_sock_tuple tuple = {};

	tuple.ipv4.saddr = address;
	tuple.ipv4.daddr = address;
	tuple.ipv4.dport = bpf_htons(port);
	return is_listener(bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0));
}

/* At ::1. */
static __always_inline bool listens6(struct bpf_sock_addr *ctx, __u16 port)
{
	struct bpf_sock_tuple tuple = {};

	tuple.ipv6.saddr[3] = bpf_htonl(1);
	tuple.ipv6.daddr[3] = bpf_htonl(1);
	tuple.ipv6.dport = bpf_htons(port);
	return is_listener(bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0));
}
