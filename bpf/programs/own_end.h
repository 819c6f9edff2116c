/*
 * The two ends of a socket, as sockops tells them. Fields are read through a volatile pointer: else clang merges
 * neighbouring reads into one at a computed offset, which the verifier refuses.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "programs/address.h"

/* No two branches read alike here: clang would make one read of them, at an offset chosen before. */
static __always_inline void put_own_end(__u32 *address, volatile struct bpf_sock_ops *ops)
{
	address[0] = ops->local_ip6[0];
	address[1] = ops->local_ip6[1];
	address[2] = ops->local_ip6[2];
	address[3] = ops->local_ip6[3];
	if (ops->family == AF_INET)
		put_address4(address, ops->local_ip4);
}

static __always_inline void put_far_end(__u32 *address, volatile struct bpf_sock_ops *ops)
{
	address[0] = ops->remote_ip6[0];
	address[1] = ops->remote_ip6[1];
	address[2] = ops->remote_ip6[2];
	address[3] = ops->remote_ip6[3];
	if (ops->family == AF_INET)
		put_address4(address, ops->remote_ip4);
}

/* Host order; the kernel has it in the upper half, in network order. */
static __always_inline __u16 far_port(volatile struct bpf_sock_ops *ops)
{
	return bpf_ntohl(ops->remote_port);
}
