/*
 * Connections to the app that are not steered. Written before their SYN leaves, by the sockops programs of steer.h; read
 * by sk_lookup, by getpeername, and by the tap, which leaves the proxy's own alone: what passes in them is journaled as
 * plain text. An entry dies when somebody else uses its ports, or as the least recently used. The size is user space's;
 * both objects share the map.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/own_flow.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 64);
	__type(key, struct own_flow_key);
	__type(value, struct own_flow);
} own_flows SEC(".maps");
