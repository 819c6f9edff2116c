/*
 * Go's HTTP client hands each request to a goroutine that writes for the connection. `writers`: which connection such a
 * goroutine writes for, from its start on. `askers`: who asked last on a connection. Written and read by the probes and at
 * each act; entries die as the least recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct process_word {
	/* A goroutine's number, or a connection's place in memory. */
	__u64 word;
	__u32 process;
	__u32 unused;
};

struct asker {
	__u64 task;
	__u64 parent;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 14);
	__type(key, struct process_word);
	__type(value, __u64);
} writers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 14);
	__type(key, struct process_word);
	__type(value, struct asker);
} askers SEC(".maps");
