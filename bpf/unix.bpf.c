/*
 * Connections to unix sockets, which never pass where the tap listens or the redirect leads: an object of its own, since
 * it hooks functions of the kernel's, which not every kernel lets programs do. Like everything of ours it hangs on
 * descriptors that die with the process.
 */
#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>

#include "programs/unix.h"

/* The helpers that it rests on are for GPL programs only. */
char _license[] SEC("license") = "GPL";
