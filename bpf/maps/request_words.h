/*
 * Where a thread's own code says for which request it runs (src/target/shims/): an address in its memory, by the initial
 * namespace's number. Written by user space when it has found it, which removes it with the process; read at each act.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

/* What lies there; pieces follow where there are at least two, and then `number` says nothing. */
struct request_word {
	/* 0 in the lower half: for no request. */
	__u64 number;
	/* Of all pieces, in bytes. */
	__u32 total;
	__u32 pieces;
};

/* Of what the thread is about to send, what is one request's. */
struct request_piece {
	__u64 number;
	__u64 length;
};

/* The shim says no more of them. */
#define MOST_PIECES 64

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} request_words SEC(".maps");
