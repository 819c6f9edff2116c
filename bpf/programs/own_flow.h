/* Which packets belong to the proxy's own connections to the app. */
#pragma once

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "maps/own_flows.h"
#include "types/record_head.h"

/* Of a packet of the app's, by its addresses and ports as they are in the head. */
static __always_inline bool is_own_flow(const struct record_head *head)
{
	bool is_received = head->direction == direction_received;
	const __u32 *far = is_received ? head->from : head->to;
	struct own_flow_key key = {
		.far = { far[0], far[1], far[2], far[3] },
		.far_port = is_received ? head->from_port : head->to_port,
		.near_port = is_received ? head->to_port : head->from_port,
	};
	struct own_flow *flow = bpf_map_lookup_elem(&own_flows, &key);

	return flow && flow->of == own_flow_of_proxy;
}
