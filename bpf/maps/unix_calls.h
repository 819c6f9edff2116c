/*
 * How often the app connected to somebody else's unix sockets, or was refused, by the socket's name. Counted by the
 * programs, read by user space whenever it wants to know; an entry dies with the map.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/unix_name.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct unix_name);
	__type(value, __u64);
} unix_calls SEC(".maps");
