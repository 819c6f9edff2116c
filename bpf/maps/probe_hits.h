/* How often the probes in programs were hit. Written by them, read by user space; counts only rise. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} probe_hits SEC(".maps");

static __always_inline void count_hit(void)
{
	__u32 first = 0;
	__u64 *count = bpf_map_lookup_elem(&probe_hits, &first);

	if (count)
		__sync_fetch_and_add(count, 1);
}
