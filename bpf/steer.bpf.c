/*
 * Incoming connections steered to the proxy, for a service that terminates TLS itself: an object of its own, loaded only
 * where the service's key was given. It shares the map of the proxy's own connections with the tap, and like everything of
 * ours it hangs on descriptors that die with the process.
 */
#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "programs/steer.h"

/* Map look-ups of sockets are for GPL programs only. */
char _license[] SEC("license") = "GPL";
