/*
 * The app's connections to unix sockets of somebody else: counted, and in replay refused, since no byte of theirs passes
 * where we could answer. What the app itself listens at is its own business; datagrams are let be. Several ways to the
 * same, of which user space attaches one that the kernel has.
 */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "maps/app_group.h"
#include "maps/unix_allowed.h"
#include "maps/unix_calls.h"
#include "maps/unix_own.h"
#include "programs/unix_name.h"
#include "types/unix_settings.h"

enum { AF_UNIX = 1, ECONNREFUSED = 111 };
/* How deep below the app's cgroup its own may lie. */
enum { GROUP_DEPTH = 16 };

/* Weak: a kernel without it loads the other programs. */
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;

static __always_inline bool is_unix_apps(void)
{
	return bpf_current_task_under_cgroup(&app_group, 0) == 1;
}

static __always_inline void count_call(const struct unix_name *name)
{
	__u64 none = 0;
	__u64 *so_far = bpf_map_lookup_elem(&unix_calls, name);

	if (!so_far) {
		bpf_map_update_elem(&unix_calls, name, &none, BPF_NOEXIST);
		so_far = bpf_map_lookup_elem(&unix_calls, name);
	}
	if (so_far)
		__sync_fetch_and_add(so_far, 1);
}

/* Whether the cgroup in which the socket was made is the app's. */
static __always_inline bool is_made_by_app(struct sock *sk)
{
	struct cgroup *group = BPF_CORE_READ(sk, sk_cgrp_data.cgroup);

	for (int i = 0; i < GROUP_DEPTH && group; i++) {
		if (BPF_CORE_READ(group, kn, id) == unix_settings.group)
			return true;
		group = (struct cgroup *)BPF_CORE_READ(group, self.parent);
	}
	return false;
}

/* The app connects to that listener: counts it, and says whether it is somebody's whom it is not to reach. */
static __always_inline bool is_foreign(struct sock *listener)
{
	struct unix_address *address;
	struct unix_name name = {};

	if (is_made_by_app(listener))
		return false;
	address = BPF_CORE_READ((struct unix_sock *)listener, addr);
	/* Who listens has a name; should it be hidden from us, the connection is still somebody else's. */
	if (!address || !put_name(&name, __builtin_preserve_access_index(&address->name), BPF_CORE_READ(address, len),
				  name_in_kernel))
		name.path[0] = '?';
	if (bpf_map_lookup_elem(&unix_allowed, &name))
		return false;
	count_call(&name);
	return true;
}

/* Linux 6.3, for recording: a listener is told that somebody has connected. */
SEC("tp_btf/sk_data_ready")
int BPF_PROG(reprise_unix_connected, struct sock *sk)
{
	if (sk->__sk_common.skc_family == AF_UNIX && sk->__sk_common.skc_state == BPF_TCP_LISTEN && is_unix_apps())
		is_foreign(sk);
	return 0;
}

/* By a trampoline, which some kernels refuse: somebody listens there, and what is returned is the app's error. */
SEC("fmod_ret/security_unix_stream_connect")
int BPF_PROG(reprise_unix_connects, struct sock *from, struct sock *listener, struct sock *accepted, int verdict)
{
	if (verdict || !is_unix_apps() || !is_foreign(listener))
		return verdict;
	return unix_settings.is_refusing ? -ECONNREFUSED : 0;
}

/* Linux 6.7, for replay: whether somebody listens there is not known, and by its name alone whether it is the app. */
SEC("cgroup/connect_unix")
int reprise_connect_unix(struct bpf_sock_addr *ctx)
{
	struct bpf_sock_addr_kern *asked = bpf_cast_to_kern_ctx(ctx);
	struct unix_name name = {};

	if (ctx->type == SOCK_DGRAM)
		return 1;
	if (!put_name(&name, asked->uaddr, asked->uaddrlen, name_in_kernel))
		return 1;
	if (bpf_map_lookup_elem(&unix_own, &name) || bpf_map_lookup_elem(&unix_allowed, &name))
		return 1;
	count_call(&name);
	bpf_set_retval(-ECONNREFUSED);
	return 0;
}

/* The app has bound a socket. Every system call of the machine passes here, so that the number is looked at first. */
SEC("tp_btf/sys_exit")
int BPF_PROG(reprise_unix_binds, struct pt_regs *entered, long result)
{
#ifdef __TARGET_ARCH_x86
	enum { BIND = 49 };
	const long number = entered->orig_ax;
#else
	enum { BIND = 200 };
	const long number = entered->syscallno;
#endif
	struct unix_name name = {};
	const void *address;
	__u32 present = 1;
	__u16 family = 0;
	int length;

	if (number != BIND || result || !is_unix_apps())
		return 0;
#ifdef __TARGET_ARCH_x86
	address = (const void *)entered->si;
	length = entered->dx;
#else
	address = (const void *)entered->regs[1];
	length = entered->regs[2];
#endif
	if (bpf_probe_read_user(&family, sizeof(family), address) || family != AF_UNIX)
		return 0;
	if (put_name(&name, address, length, name_in_process))
		bpf_map_update_elem(&unix_own, &name, &present, BPF_ANY);
	return 0;
}
