/*
 * Where a client of our listeners wanted to go. Written before its SYN, or its datagram, leaves; read by user space on
 * accept, which deletes a connection's entry. A sender of datagrams keeps its entry till it is the least recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/client.h"
#include "types/origin.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, struct client);
	__type(value, struct origin);
} clients SEC(".maps");
