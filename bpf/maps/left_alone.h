/* Ports of the app that are not steered, host order: clear text is tapped. Written by user space; entries stay. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, __u8);
} left_alone SEC(".maps");
