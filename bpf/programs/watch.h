/*
 * Says which sockets of the app begin and cease to listen, to user space and to the redirect.
 *
 * Context fields are read through a volatile pointer: else clang merges neighbouring reads into one at a computed offset,
 * which the verifier refuses.
 */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "maps/listener_ring.h"
#include "maps/own_ports.h"
#include "types/listener_event.h"
#include "programs/address.h"
#include "programs/own_end.h"

static __always_inline void tell_listener(struct bpf_sock_ops *ops, __u8 change)
{
	struct listener_event *event = bpf_ringbuf_reserve(&listener_ring, sizeof(*event), 0);

	if (!event)
		return;
	event->cookie = bpf_get_socket_cookie(ops);
	event->at = bpf_ktime_get_ns();
	put_own_end(event->address, ops);
	event->port = ops->local_port;
	event->change = change;
	event->family = ops->family;
	event->unused = 0;
	bpf_ringbuf_submit(event, 0);
}

SEC("sockops")
int reprise_watch(struct bpf_sock_ops *ops)
{
	switch (ops->op) {
	case BPF_SOCK_OPS_TCP_LISTEN_CB:
		bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
		count_own_port(ops->local_port, 1);
		tell_listener(ops, listener_listens);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		if (ops->args[0] != BPF_TCP_LISTEN)
			break;
		count_own_port(ops->local_port, -1);
		tell_listener(ops, listener_gone);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		/* An accepted socket inherits its listener's flags. */
		bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_STATE_CB_FLAG);
		break;
	}
	return 1;
}
