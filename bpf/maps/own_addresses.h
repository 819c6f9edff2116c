/*
 * The addresses of this machine besides the loopback, network order, IPv4 as ::ffff:a.b.c.d. Written by user space before
 * the app starts, read by the redirect; entries stay.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct own_address {
	__u32 address[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct own_address);
	__type(value, __u8);
} own_addresses SEC(".maps");
