/*
 * The app's processes that are Go programs, by the initial namespace's number. Written by user space when it has looked at
 * a program, read at each act; it removes what has ended.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "types/go_process.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct go_process);
} go_processes SEC(".maps");
