/*
 * Our listeners that take what is steered: 0 for IPv4, 1 for IPv6. Written by user space; an entry dies with its socket,
 * and then the app is reached directly.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} takers SEC(".maps");
