/*
 * Where a thread's own code says for which request it runs (src/target/shims/): an address in its memory, by the initial
 * namespace's number. Written by user space when it has found it, which removes it with the process; read at each act.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} request_words SEC(".maps");
