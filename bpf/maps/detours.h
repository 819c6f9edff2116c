/*
 * Connections that the proxy makes to the app, by the made-up address that it names to connect(2): so nobody else's
 * connection is ever taken for one of them. Written by user space, which removes the entry with the client's connection.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/detour.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 16);
	__type(key, struct endpoint);
	__type(value, struct detour);
} detours SEC(".maps");

/* The same by the socket's cookie, from connect4/6 to the SYN. One that never gets so far dies as the least recently used. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 14);
	__type(key, __u64);
	__type(value, struct detour);
} detoured SEC(".maps");
