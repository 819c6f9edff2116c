/* What user space decides before the programs are loaded; the verifier then sees constants. */
#pragma once

#include "vmlinux/vmlinux.h"

struct settings {
	/* Unread bytes of the tap's ring at which its reader is woken. */
	__u64 wake_at;
	/* Our listeners, on 127.0.0.1 and ::1; host order. Without the TCP listener on ::1, IPv4's is used. */
	__u16 tcp4;
	__u16 tcp6;
	__u16 dns4;
	__u16 dns6;
	/* Takes every other datagram. 0: the app is refused. */
	__u16 sink4;
	__u16 sink6;
	/* 1: the redirect is of recording: TCP alone, and only what the proxy can take. */
	__u8 is_recording;
	/* 1: the proxy's own connections to the app are not tapped. */
	__u8 is_steering;
	__u8 unused[2];
};
_Static_assert(sizeof(struct settings) == 24, "written byte for byte by user space");

const volatile struct settings settings = {};
