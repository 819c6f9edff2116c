/*
 * Steering: whoever connects to a port of the app comes to our listener instead, while the app stays bound where it is.
 * Two kinds of connections pass: those that the proxy makes to the app, and the app's own to itself. Both are known by
 * their ends before their SYN leaves.
 *
 * The proxy's are told from those of other programs in its cgroup by the address that it connects to: a made-up one that
 * nobody else knows, which connect4/6 turn into the app's. The app is shown the client in whose name they are made.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps/detours.h"
#include "maps/left_alone.h"
#include "maps/own_flows.h"
#include "maps/served.h"
#include "maps/takers.h"
#include "programs/address.h"
#include "programs/own_end.h"

enum { verdict_pass = 1 };
enum { taker4 = 0, taker6 = 1 };

/* ---- On our cgroup: the proxy's connections to the app. */

static __always_inline struct detour *detour_to(struct endpoint *named)
{
	return bpf_map_lookup_elem(&detours, named);
}

SEC("cgroup/connect4")
int reprise_detour4(struct bpf_sock_addr *ctx)
{
	struct endpoint named = { .port = bpf_ntohs(ctx->user_port) };
	__u64 cookie = bpf_get_socket_cookie(ctx);
	struct detour *detour;

	put_address4(named.address, ctx->user_ip4);
	detour = detour_to(&named);
	if (!detour)
		return verdict_pass;
	bpf_map_update_elem(&detoured, &cookie, detour, BPF_ANY);
	ctx->user_ip4 = detour->to.address[3];
	ctx->user_port = bpf_htons(detour->to.port);
	return verdict_pass;
}

SEC("cgroup/connect6")
int reprise_detour6(struct bpf_sock_addr *context)
{
	volatile struct bpf_sock_addr *ctx = context;
	__u64 cookie = bpf_get_socket_cookie(context);
	struct endpoint named = {};
	struct detour *detour;

	named.port = bpf_ntohs(ctx->user_port);
	named.address[0] = ctx->user_ip6[0];
	named.address[1] = ctx->user_ip6[1];
	named.address[2] = ctx->user_ip6[2];
	named.address[3] = ctx->user_ip6[3];
	detour = detour_to(&named);
	if (!detour)
		return verdict_pass;
	bpf_map_update_elem(&detoured, &cookie, detour, BPF_ANY);
	ctx->user_ip6[0] = detour->to.address[0];
	ctx->user_ip6[1] = detour->to.address[1];
	ctx->user_ip6[2] = detour->to.address[2];
	ctx->user_ip6[3] = detour->to.address[3];
	ctx->user_port = bpf_htons(detour->to.port);
	return verdict_pass;
}

/* The connection of the socket that connects, as the one that is asked sees it. */
static __always_inline void put_own_flow(struct own_flow_key *key, struct bpf_sock_ops *ops)
{
	put_own_end(key->far, ops);
	key->far_port = ops->local_port;
	key->near_port = far_port(ops);
}

static __always_inline void tell_its_close(struct bpf_sock_ops *ops)
{
	bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
}

SEC("sockops")
int reprise_own_syn(struct bpf_sock_ops *ops)
{
	struct own_flow_key key = {};
	struct own_flow *ended;

	if (ops->op == BPF_SOCK_OPS_TCP_CONNECT_CB) {
		struct own_flow flow = { .of = own_flow_of_proxy };
		__u64 cookie = bpf_get_socket_cookie(ops);
		struct detour *detour = bpf_map_lookup_elem(&detoured, &cookie);

		if (!detour)
			return verdict_pass;
		__builtin_memcpy(flow.client, detour->client.address, sizeof(flow.client));
		flow.client_port = detour->client.port;
		put_own_flow(&key, ops);
		bpf_map_update_elem(&own_flows, &key, &flow, BPF_ANY);
		bpf_map_delete_elem(&detoured, &cookie);
		tell_its_close(ops);
	} else if (ops->op == BPF_SOCK_OPS_STATE_CB && ops->args[1] == BPF_TCP_CLOSE) {
		put_own_flow(&key, ops);
		ended = bpf_map_lookup_elem(&own_flows, &key);
		if (ended && ended->of == own_flow_of_proxy)
			ended->has_ended = 1;
	}
	return verdict_pass;
}

/* ---- On the app's cgroup: where it listens, its connections to itself, and whom it sees. */

SEC("sockops")
int reprise_served(struct bpf_sock_ops *ops)
{
	struct own_flow_key key = {};
	struct own_flow flow = { .of = own_flow_of_app };
	struct endpoint at = {};

	switch (ops->op) {
	case BPF_SOCK_OPS_TCP_LISTEN_CB:
		tell_its_close(ops);
		put_own_end(at.address, ops);
		at.port = ops->local_port;
		count_served(&at, 1);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		if (ops->args[0] == BPF_TCP_LISTEN) {
			put_own_end(at.address, ops);
			at.port = ops->local_port;
			count_served(&at, -1);
		} else if (ops->args[1] == BPF_TCP_CLOSE) {
			put_own_flow(&key, ops);
			bpf_map_delete_elem(&own_flows, &key);
		}
		break;
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		put_own_flow(&key, ops);
		bpf_map_update_elem(&own_flows, &key, &flow, BPF_ANY);
		tell_its_close(ops);
		break;
	}
	return verdict_pass;
}

static __always_inline struct own_flow *accepted(struct bpf_sock_addr *ctx, struct own_flow_key *key)
{
	struct own_flow *flow;

	if (!ctx->sk)
		return 0;
	key->near_port = ctx->sk->src_port;
	flow = bpf_map_lookup_elem(&own_flows, key);
	return flow && flow->of == own_flow_of_proxy ? flow : 0;
}

SEC("cgroup/getpeername4")
int reprise_accepted4(struct bpf_sock_addr *ctx)
{
	struct own_flow_key key = { .far_port = bpf_ntohs(ctx->user_port) };
	struct own_flow *flow;

	put_address4(key.far, ctx->user_ip4);
	flow = accepted(ctx, &key);
	if (!flow)
		return verdict_pass;
	ctx->user_ip4 = flow->client[3];
	ctx->user_port = bpf_htons(flow->client_port);
	return verdict_pass;
}

SEC("cgroup/getpeername6")
int reprise_accepted6(struct bpf_sock_addr *context)
{
	volatile struct bpf_sock_addr *ctx = context;
	struct own_flow_key key = {};
	struct own_flow *flow;

	key.far_port = bpf_ntohs(ctx->user_port);
	key.far[0] = ctx->user_ip6[0];
	key.far[1] = ctx->user_ip6[1];
	key.far[2] = ctx->user_ip6[2];
	key.far[3] = ctx->user_ip6[3];
	flow = accepted(context, &key);
	if (!flow)
		return verdict_pass;
	ctx->user_ip6[0] = flow->client[0];
	ctx->user_ip6[1] = flow->client[1];
	ctx->user_ip6[2] = flow->client[2];
	ctx->user_ip6[3] = flow->client[3];
	ctx->user_port = bpf_htons(flow->client_port);
	return verdict_pass;
}

/* ---- On the network namespace: who is steered. */

/* A link's own address: it cannot be connected to without naming the link. */
static __always_inline bool is_of_link(const __u32 *address)
{
	return (address[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

/* At that address, at every one of its family, or at every one: a socket of IPv6 takes IPv4's connections too. */
static __always_inline bool is_the_apps(struct endpoint *to, bool is_v4)
{
	if (is_served(to))
		return true;
	if (is_v4) {
		to->address[3] = 0;
		if (is_served(to))
			return true;
	}
	__builtin_memset(to->address, 0, sizeof(to->address));
	return is_served(to);
}

SEC("sk_lookup")
int reprise_steer(struct bpf_sk_lookup *context)
{
	volatile struct bpf_sk_lookup *ctx = context;
	bool is_v4 = ctx->family == AF_INET;
	__u32 taker = is_v4 ? taker4 : taker6;
	struct own_flow_key key = {};
	struct endpoint to = {};
	struct own_flow *flow;
	struct bpf_sock *sk;
	__u32 port;

	if (ctx->protocol != IPPROTO_TCP)
		return verdict_pass;
	port = ctx->local_port;
	to.port = port;
	key.near_port = port;
	key.far_port = bpf_ntohs(ctx->remote_port);
	if (is_v4) {
		put_address4(to.address, ctx->local_ip4);
		put_address4(key.far, ctx->remote_ip4);
	} else {
		to.address[0] = ctx->local_ip6[0];
		to.address[1] = ctx->local_ip6[1];
		to.address[2] = ctx->local_ip6[2];
		to.address[3] = ctx->local_ip6[3];
		key.far[0] = ctx->remote_ip6[0];
		key.far[1] = ctx->remote_ip6[1];
		key.far[2] = ctx->remote_ip6[2];
		key.far[3] = ctx->remote_ip6[3];
		if (is_of_link(to.address))
			return verdict_pass;
	}
	if (!is_the_apps(&to, is_v4))
		return verdict_pass;
	flow = bpf_map_lookup_elem(&own_flows, &key);
	if (flow && !flow->has_ended)
		return verdict_pass;
	if (flow)
		bpf_map_delete_elem(&own_flows, &key);
	if (bpf_map_lookup_elem(&left_alone, &port))
		return verdict_pass;
	sk = bpf_map_lookup_elem(&takers, &taker);
	if (!sk)
		return verdict_pass;
	/* Another program of the host may have chosen already: then that stands. */
	bpf_sk_assign(context, sk, 0);
	bpf_sk_release(sk);
	return verdict_pass;
}
