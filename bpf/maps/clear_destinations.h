/*
 * Destinations whose clients speak clear text: while recording, connections to them are not redirected. Written by user space
 * as it learns, read by connect. An entry dies as the least recently used, and is then learned again.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/destination.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 14);
	__type(key, struct destination);
	__type(value, __u8);
} clear_destinations SEC(".maps");
