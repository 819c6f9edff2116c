/* A connection to the app that is not steered: one of ours, or the app's own to itself. */
#pragma once

#include "vmlinux/vmlinux.h"

/* The connection as the app's listener sees it. */
struct own_flow_key {
	/* Network order; IPv4 as ::ffff:a.b.c.d. */
	__u32 far[4];
	/* Host order. */
	__u16 far_port;
	__u16 near_port;
};
_Static_assert(sizeof(struct own_flow_key) == 20, "without a hole");

enum own_flow_of {
	own_flow_of_app = 0,
	own_flow_of_proxy = 1,
};

struct own_flow {
	/* The proxy's: the client in whose name it asks. */
	__u32 client[4];
	__u16 client_port;
	/* enum own_flow_of */
	__u8 of;
	/* Its socket is closed: what still comes belongs to it, but whoever begins another is somebody else. */
	__u8 has_ended;
};
_Static_assert(sizeof(struct own_flow) == 20, "without a hole");
