/*
 * The tap's pieces: a record_head and its bytes. Written by the tap, read by the drain worker from the ring's mmap. An
 * entry dies when the reader passes it. The size is user space's.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} tap_ring SEC(".maps");
