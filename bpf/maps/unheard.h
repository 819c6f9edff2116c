/*
 * Loopback destinations at which nobody listened when the app connected, so that the connection went straight while
 * recording. 1: it was answered all the same (a rule of the packet filter leads it elsewhere), so that the next ones are
 * redirected. Written and read by connect and sockops; an entry dies when somebody listens, or as the least recently used.
 * What is left at the end refuses in replay as well: then user space writes it, and connect reads it.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/destination.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 12);
	__type(key, struct destination);
	__type(value, __u8);
} unheard SEC(".maps");
