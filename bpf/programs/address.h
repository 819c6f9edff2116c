/* Addresses as every map has them: network order, IPv4 as ::ffff:a.b.c.d. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define LOOPBACK4 bpf_htonl(0x7f000001)
#define MAPPED bpf_htonl(0x0000ffff)

static __always_inline void put_address4(__u32 *address, __u32 ip4)
{
	address[0] = 0;
	address[1] = 0;
	address[2] = MAPPED;
	address[3] = ip4;
}

static __always_inline bool is_address4(const __u32 *address)
{
	return !address[0] && !address[1] && address[2] == MAPPED;
}

/* Loopback or unspecified: this machine, whatever its interfaces are. */
static __always_inline bool is_loopback(const __u32 *address)
{
	if (is_address4(address))
		return !address[3] || (address[3] & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
	return !address[0] && !address[1] && !address[2] && (!address[3] || address[3] == bpf_htonl(1));
}
