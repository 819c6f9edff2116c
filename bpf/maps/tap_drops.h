/* How many pieces were lost, by enum drop_cause. Written by the tap, read by user space; counts only rise. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/drop_cause.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, drop_causes);
	__type(key, __u32);
	__type(value, __u64);
} tap_drops SEC(".maps");

static __always_inline void count_drop(__u32 cause)
{
	__u64 *count = bpf_map_lookup_elem(&tap_drops, &cause);

	if (count)
		__sync_fetch_and_add(count, 1);
}
