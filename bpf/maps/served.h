/*
 * Where the app listens, and with how many sockets. Written inside listen(2), so that no client can come before it; read
 * by sk_lookup. An entry of 0 stays and means nobody.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/endpoint.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct endpoint);
	__type(value, __u64);
} served SEC(".maps");

static __always_inline void count_served(struct endpoint *at, __s64 change)
{
	__u64 none = 0, *count;

	bpf_map_update_elem(&served, at, &none, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&served, at);
	if (count)
		__sync_fetch_and_add(count, change);
}

static __always_inline bool is_served(struct endpoint *at)
{
	__u64 *count = bpf_map_lookup_elem(&served, at);

	return count && *count > 0;
}
