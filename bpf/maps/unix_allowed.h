/*
 * Unix sockets that the app may reach unseen: the machine's plumbing, and what the user lets through. Written by user
 * space before anything is attached, as whole names (the zeros after them included) and as beginnings of names.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/unix_name.h"

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct unix_name);
	__type(value, __u32);
} unix_allowed SEC(".maps");
