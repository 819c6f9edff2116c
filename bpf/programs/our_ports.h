/* Which packets and connections are our listeners' own. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "types/settings.h"
#include "programs/address.h"
#include "programs/listens.h"

static __always_inline bool is_our_tcp_port(__u16 port)
{
	return port && (port == settings.tcp4 || port == settings.tcp6);
}

static __always_inline bool is_our_port(__u16 port)
{
	return is_our_tcp_port(port) || (port && (port == settings.dns4 || port == settings.dns6 ||
						  port == settings.sink4 || port == settings.sink6));
}

/* One end of a redirected TCP connection; what passes there is journaled by the proxy, as plain text. */
static __always_inline bool is_our_end(const __u32 *address, __u16 port)
{
	return is_our_tcp_port(port) && is_loopback(address);
}

/*
 * Whether our listener can take a connection of that socket: not one of a network namespace that the app made for itself, not
 * one that is bound to a device, and none once we have died.
 */
static __always_inline bool can_take(struct bpf_sock_addr *ctx, bool v6, __u16 port)
{
	if (ctx->sk && ctx->sk->bound_dev_if)
		return false;
	return v6 ? listens6(ctx, port) : listens4(ctx, LOOPBACK4, port);
}
