/*
 * Who started a thread or a goroutine, and when. Written when one begins, read at each act; an entry dies as the least
 * recently used.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

/* Something that a process has numbers for: a goroutine, or a place in memory. A thread's number needs no process: 0. */
struct process_word {
	__u64 word;
	__u32 process;
	__u32 unused;
};

struct birth {
	/* The number of whoever started it, of the same kind. */
	__u64 parent;
	/* CLOCK_MONOTONIC, nanoseconds. */
	__u64 at;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, struct process_word);
	__type(value, struct birth);
} births SEC(".maps");
