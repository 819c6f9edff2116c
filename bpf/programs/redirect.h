/*
 * What the redirects of TCP and of datagrams share: which destinations stay as they are, and which of our listeners takes
 * the others. A connect or sendmsg that stays clears what its socket wanted before.
 *
 * While recording, datagrams are none of its business, and a connection goes the straight way wherever the proxy could not
 * take it: to a destination that is known to speak clear text, from another network namespace, after our death. It goes
 * straight to where nobody listens, too: a program that waits for its database, or tries ::1 before 127.0.0.1, goes by the
 * refusal.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps/clear_destinations.h"
#include "maps/origins.h"
#include "maps/own_addresses.h"
#include "maps/own_ports.h"
#include "maps/pass_through.h"
#include "maps/unheard.h"
#include "types/settings.h"
#include "programs/address.h"
#include "programs/listens.h"
#include "programs/our_ports.h"

#define NAME_PORT 53

static __always_inline bool is_here(const __u32 *address)
{
	return is_loopback(address) || bpf_map_lookup_elem(&own_addresses, address);
}

/*
 * Steered already: each datagram of an IPv6 socket that is connected to an IPv4-mapped address passes sendmsg4 too, with
 * the address that connect6 left.
 */
static __always_inline bool is_steered(const struct origin *origin)
{
	if (!origin->port || !is_loopback(origin->address))
		return false;
	if (origin->protocol == IPPROTO_TCP)
		return origin->port == settings.tcp4 || origin->port == settings.tcp6;
	return origin->port == settings.dns4 || origin->port == settings.dns6 || origin->port == settings.sink4 ||
	       origin->port == settings.sink6;
}

static __always_inline bool is_known_clear(const struct origin *origin)
{
	struct destination to = { .port = origin->port };

	__builtin_memcpy(to.address, origin->address, sizeof(to.address));
	return bpf_map_lookup_elem(&clear_destinations, &to);
}

/* On loopback alone: who listens elsewhere cannot be looked up. */
static __always_inline bool is_refused(struct bpf_sock_addr *ctx, const struct origin *origin)
{
	struct destination to = { .port = origin->port };
	__u8 *is_answered, not_yet = 0;
	bool v4 = is_address4(origin->address);

	if (!is_loopback(origin->address) || !origin->address[3])
		return false;
	__builtin_memcpy(to.address, origin->address, sizeof(to.address));
	if (v4 ? listens4(ctx, origin->address[3], origin->port) : listens6(ctx, origin->port)) {
		bpf_map_delete_elem(&unheard, &to);
		return false;
	}
	is_answered = bpf_map_lookup_elem(&unheard, &to);
	if (is_answered && *is_answered)
		return false;
	bpf_map_update_elem(&unheard, &to, &not_yet, BPF_ANY);
	return true;
}

/* In replay: nobody listened there when it was recorded, and nobody does. Whoever has come since is not reached. */
static __always_inline bool still_refuses(struct bpf_sock_addr *ctx, const struct origin *origin)
{
	struct destination to = { .port = origin->port };

	if (!is_loopback(origin->address) || !origin->address[3])
		return false;
	__builtin_memcpy(to.address, origin->address, sizeof(to.address));
	if (!bpf_map_lookup_elem(&unheard, &to))
		return false;
	return !(is_address4(origin->address) ? listens4(ctx, origin->address[3], origin->port) :
						listens6(ctx, origin->port));
}

/* The app reaches itself; a datagram's port 0 is a mere question about routes (getaddrinfo). */
static __always_inline bool stays(struct bpf_sock_addr *ctx, const struct origin *origin)
{
	__u32 port = origin->port;

	if (bpf_map_lookup_elem(&pass_through, &port))
		return true;
	if (origin->protocol == IPPROTO_UDP)
		return !port;
	if (is_own_port(port) && is_here(origin->address))
		return true;
	if (!settings.is_recording)
		return still_refuses(ctx, origin);
	return is_known_clear(origin) || is_refused(ctx, origin);
}

static __always_inline __u16 our_port(const struct origin *origin, bool v6)
{
	if (origin->protocol == IPPROTO_TCP)
		return v6 ? settings.tcp6 : settings.tcp4;
	if (origin->port == NAME_PORT)
		return v6 ? settings.dns6 : settings.dns4;
	return v6 ? settings.sink6 : settings.sink4;
}

/*
 * The transport of the hook's socket, or 0 where it is none of ours (raw, ICMP, SCTP). A multipath connection's subflow has
 * another cookie than its socket, so that its origin is not found: while recording it goes the straight way.
 */
static __always_inline __u8 transport_of(struct bpf_sock_addr *ctx)
{
	if (ctx->type == SOCK_STREAM && ctx->protocol == IPPROTO_TCP)
		return IPPROTO_TCP;
	if (settings.is_recording)
		return 0;
	if (ctx->type == SOCK_STREAM && ctx->protocol == IPPROTO_MPTCP)
		return IPPROTO_TCP;
	if (ctx->type == SOCK_DGRAM && ctx->protocol == IPPROTO_UDP)
		return IPPROTO_UDP;
	return 0;
}

enum { verdict_refuse = 0, verdict_go = 1 };

static __always_inline int steer4(struct bpf_sock_addr *ctx)
{
	struct origin origin = { .family = AF_INET, .protocol = transport_of(ctx), .port = bpf_ntohs(ctx->user_port) };
	__u64 cookie = bpf_get_socket_cookie(ctx);
	__u16 port;

	if (!origin.protocol)
		return verdict_go;
	put_address4(origin.address, ctx->user_ip4);
	if (is_steered(&origin))
		return verdict_go;
	if (stays(ctx, &origin)) {
		bpf_map_delete_elem(&origins, &cookie);
		return verdict_go;
	}
	port = our_port(&origin, false);
	if (settings.is_recording && !can_take(ctx, false, port)) {
		bpf_map_delete_elem(&origins, &cookie);
		return verdict_go;
	}
	if (!port)
		return verdict_refuse;
	origin.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_map_update_elem(&origins, &cookie, &origin, BPF_ANY);
	ctx->user_ip4 = LOOPBACK4;
	ctx->user_port = bpf_htons(port);
	return verdict_go;
}

static __always_inline int steer6(struct bpf_sock_addr *context)
{
	volatile struct bpf_sock_addr *ctx = context;
	struct origin origin = { .family = AF_INET6, .protocol = transport_of(context) };
	__u64 cookie = bpf_get_socket_cookie(context);
	bool v6;
	__u16 port;

	if (!origin.protocol)
		return verdict_go;
	origin.port = bpf_ntohs(ctx->user_port);
	origin.address[0] = ctx->user_ip6[0];
	origin.address[1] = ctx->user_ip6[1];
	origin.address[2] = ctx->user_ip6[2];
	origin.address[3] = ctx->user_ip6[3];
	if (is_steered(&origin))
		return verdict_go;
	if (stays(context, &origin)) {
		bpf_map_delete_elem(&origins, &cookie);
		return verdict_go;
	}
	/* An IPv4-mapped destination stays one: the socket may be bound to IPv4. */
	v6 = !is_address4(origin.address) && our_port(&origin, true);
	port = our_port(&origin, v6);
	if (settings.is_recording && !can_take(context, v6, port)) {
		bpf_map_delete_elem(&origins, &cookie);
		return verdict_go;
	}
	if (!port)
		return verdict_refuse;
	origin.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_map_update_elem(&origins, &cookie, &origin, BPF_ANY);
	ctx->user_ip6[0] = 0;
	ctx->user_ip6[1] = 0;
	ctx->user_ip6[2] = v6 ? 0 : MAPPED;
	ctx->user_ip6[3] = v6 ? bpf_htonl(1) : LOOPBACK4;
	ctx->user_port = bpf_htons(port);
	return verdict_go;
}

/* Shows the app the end that it asked for in the place of ours. */
static __always_inline int unsteer4(struct bpf_sock_addr *ctx)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);
	struct origin *origin;

	if (ctx->user_ip4 != LOOPBACK4 || !is_our_port(bpf_ntohs(ctx->user_port)))
		return verdict_go;
	origin = bpf_map_lookup_elem(&origins, &cookie);
	if (!origin)
		return verdict_go;
	ctx->user_ip4 = origin->address[3];
	ctx->user_port = bpf_htons(origin->port);
	return verdict_go;
}

static __always_inline int unsteer6(struct bpf_sock_addr *context)
{
	volatile struct bpf_sock_addr *ctx = context;
	__u64 cookie = bpf_get_socket_cookie(context);
	__u32 last = ctx->user_ip6[3];
	struct origin *origin;

	if ((last != LOOPBACK4 && last != bpf_htonl(1)) || !is_our_port(bpf_ntohs(ctx->user_port)))
		return verdict_go;
	origin = bpf_map_lookup_elem(&origins, &cookie);
	if (!origin)
		return verdict_go;
	ctx->user_ip6[0] = origin->address[0];
	ctx->user_ip6[1] = origin->address[1];
	ctx->user_ip6[2] = origin->address[2];
	ctx->user_ip6[3] = origin->address[3];
	ctx->user_port = bpf_htons(origin->port);
	return verdict_go;
}
