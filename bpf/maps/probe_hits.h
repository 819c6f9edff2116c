/*
 * How often the probes in programs were hit, and whether they were taken out: then what they told last is no more true,
 * and whether any told of a writer. The count is written by the probes and only rises, the second by user space, once, the
 * third by the probes.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
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

static __always_inline bool are_probes_out(void)
{
	__u32 second = 1;
	__u64 *are_out = bpf_map_lookup_elem(&probe_hits, &second);

	return are_out && *are_out;
}

static __always_inline void note_written(void)
{
	__u32 third = 2;
	__u64 *has = bpf_map_lookup_elem(&probe_hits, &third);

	if (has)
		*has = 1;
}

static __always_inline bool has_written(void)
{
	__u32 third = 2;
	__u64 *has = bpf_map_lookup_elem(&probe_hits, &third);

	return has && *has;
}
