/*
 * Go's HTTP client hands each request to a goroutine that writes for the connection. `writers`: which connection such a
 * goroutine wrote for last. `askers`: which goroutine asked last on a connection. Written by the probes,
 * read at each act; entries die as the least recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "maps/births.h"

struct asker {
	__u64 goroutine;
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
