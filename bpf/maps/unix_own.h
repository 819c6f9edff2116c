/*
 * Names to which the app bound unix sockets of its own. Written when it has, read when it connects; an entry dies with the
 * map, or as the least recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/unix_name.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct unix_name);
	__type(value, __u32);
} unix_own SEC(".maps");
