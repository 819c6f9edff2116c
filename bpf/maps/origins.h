/*
 * Where a socket of the app wanted to go, by its cookie. Written by connect and sendmsg, read by getpeername, recvmsg and
 * whoever fills `clients`. An entry dies when its socket connects elsewhere, or as the least recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/origin.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, __u64);
	__type(value, struct origin);
} origins SEC(".maps");
