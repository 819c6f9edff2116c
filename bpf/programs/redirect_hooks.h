/*
 * The redirect. In replay connections go to our listener, name look-ups to our resolver, every other datagram to a sink; while
 * recording, connections that may be TLS do. getpeername and recvmsg answer as if nothing had happened.
 *
 * Who a client of our listeners is, is written before its packet leaves: for TCP when the kernel is about to send the
 * SYN, for datagrams on the packet itself, since a datagram's socket has no port yet when it is steered.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps/clients.h"
#include "maps/origins.h"
#include "maps/unheard.h"
#include "types/client.h"
#include "programs/address.h"
#include "programs/own_end.h"
#include "programs/redirect.h"

SEC("cgroup/connect4")
int reprise_connect4(struct bpf_sock_addr *ctx)
{
	return steer4(ctx);
}

SEC("cgroup/connect6")
int reprise_connect6(struct bpf_sock_addr *ctx)
{
	return steer6(ctx);
}

SEC("cgroup/sendmsg4")
int reprise_sendmsg4(struct bpf_sock_addr *ctx)
{
	return steer4(ctx);
}

SEC("cgroup/sendmsg6")
int reprise_sendmsg6(struct bpf_sock_addr *ctx)
{
	return steer6(ctx);
}

SEC("cgroup/getpeername4")
int reprise_getpeername4(struct bpf_sock_addr *ctx)
{
	return unsteer4(ctx);
}

SEC("cgroup/getpeername6")
int reprise_getpeername6(struct bpf_sock_addr *ctx)
{
	return unsteer6(ctx);
}

SEC("cgroup/recvmsg4")
int reprise_recvmsg4(struct bpf_sock_addr *ctx)
{
	return unsteer4(ctx);
}

SEC("cgroup/recvmsg6")
int reprise_recvmsg6(struct bpf_sock_addr *ctx)
{
	return unsteer6(ctx);
}

/* Nobody was there, and yet there was an answer. */
static __always_inline void hear(struct bpf_sock_ops *ops)
{
	struct destination to = { .port = far_port(ops) };
	__u8 *is_answered;

	put_far_end(to.address, ops);
	is_answered = bpf_map_lookup_elem(&unheard, &to);
	if (is_answered)
		*is_answered = 1;
}

SEC("sockops")
int reprise_syn(struct bpf_sock_ops *ops)
{
	struct client client = { .protocol = IPPROTO_TCP };
	struct origin *origin;
	__u64 cookie;

	if (settings.is_recording && ops->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
		hear(ops);
	if (ops->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
		return 1;
	cookie = bpf_get_socket_cookie(ops);
	origin = bpf_map_lookup_elem(&origins, &cookie);
	if (!origin)
		return 1;
	put_own_end(client.address, ops);
	client.port = ops->local_port;
	bpf_map_update_elem(&clients, &client, origin, BPF_ANY);
	return 1;
}

static __always_inline void tell_sender(struct __sk_buff *skb, struct client *client, const __u32 *to, __u32 offset)
{
	struct origin *origin;
	struct udp_head udp;
	__u64 cookie;

	if (!is_loopback(to) || bpf_skb_load_bytes(skb, offset, &udp, sizeof(udp)) || !is_our_port(bpf_ntohs(udp.to)))
		return;
	cookie = bpf_get_socket_cookie(skb);
	origin = bpf_map_lookup_elem(&origins, &cookie);
	if (!origin)
		return;
	client->port = bpf_ntohs(udp.from);
	bpf_map_update_elem(&clients, client, origin, BPF_ANY);
}

SEC("cgroup_skb/egress")
int reprise_datagram(struct __sk_buff *skb)
{
	struct client client = { .protocol = IPPROTO_UDP };
	__u32 to[4];

	if (skb->protocol == bpf_htons(ETH_P_IP)) {
		struct ipv4_head ip;

		if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) || ip.protocol != IPPROTO_UDP)
			return 1;
		put_address4(client.address, ip.from);
		put_address4(to, ip.to);
		tell_sender(skb, &client, to, (ip.version_and_words & 15) * 4);
	} else if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6_head ip;

		if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)) || ip.next != IPPROTO_UDP)
			return 1;
		__builtin_memcpy(client.address, ip.from, sizeof(ip.from));
		__builtin_memcpy(to, ip.to, sizeof(ip.to));
		tell_sender(skb, &client, to, sizeof(ip));
	}
	return 1;
}
