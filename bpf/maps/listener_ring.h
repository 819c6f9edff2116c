/*
 * The app's sockets that begin and cease to listen. Written by the watch program, read by the drain worker, which each
 * event wakes. An entry dies when the reader passes it.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} listener_ring SEC(".maps");
