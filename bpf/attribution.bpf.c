/*
 * Who sends and receives, for the attribution of calls to requests: an object of its own, since it needs hooks and types
 * that not every kernel has. It shares the tap's ring and the table of the app's ports, and like everything of ours it hangs
 * on descriptors that die with the process.
 */
#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>

#include "programs/attribution.h"

/* The helpers that it rests on are for GPL programs only. */
char _license[] SEC("license") = "GPL";
