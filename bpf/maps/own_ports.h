/*
 * How many sockets of the app listen on a port. Written by the watch program, inside listen(2), so that no connect of the
 * app can come before it; read by the redirect. An entry of 0 stays and means none.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, __u64);
} own_ports SEC(".maps");

static __always_inline void count_own_port(__u32 port, __s64 change)
{
	__u64 none = 0, *count;

	bpf_map_update_elem(&own_ports, &port, &none, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&own_ports, &port);
	if (count)
		__sync_fetch_and_add(count, change);
}

static __always_inline bool is_own_port(__u32 port)
{
	__u64 *count = bpf_map_lookup_elem(&own_ports, &port);

	return count && *count > 0;
}
