/*
 * Where Java keeps the number of the thread that runs on one of its own that carries virtual threads: an address in its
 * memory, by the carrier in the initial namespace. Written by user space when it has found it, which removes it with the
 * process; read at each act.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct carrier_word {
	__u64 address;
	/* What lies there while it carries none. */
	__u64 own;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct carrier_word);
} carrier_words SEC(".maps");
