/*
 * Parts of the kernel's own structures, for programs that must look into them. The loader moves each access to where the
 * running kernel has the field (CO-RE), so that only names are to be right here; an object that includes this needs the
 * kernel's BTF and is therefore optional.
 */
#pragma once

#include "vmlinux.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpadded"
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct hlist_head;

struct file {
	struct hlist_head *f_ep;
};

struct socket {
	struct file *file;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup_subsys_state {
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	/* First in every version: a state of that kind is its group. */
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	__u16 sk_protocol;
	struct sock_cgroup_data sk_cgrp_data;
};

struct sockaddr_un {
	__u16 sun_family;
	char sun_path[108];
};

struct unix_address {
	/* Of what follows, the family's two bytes included. */
	int len;
	struct sockaddr_un name[];
};

struct unix_sock {
	struct unix_address *addr;
};

struct tcp_sock {
	__u32 copied_seq;
	__u32 write_seq;
	__u32 snd_una;
	__u64 bytes_acked;
};

struct iov_iter {
	unsigned long count;
};

struct msghdr {
	struct iov_iter msg_iter;
};

struct thread_struct {
	unsigned long fsbase;
};

struct task_struct {
	__s32 pid;
	struct thread_struct thread;
};

struct bpf_sock_addr_kern {
	void *uaddr;
	__u32 uaddrlen;
};

/* What a process had in its registers when it entered the kernel; the fields of the machine at hand alone are read. */
struct pt_regs {
	unsigned long r14;
	unsigned long bx;
	unsigned long ax;
	unsigned long orig_ax;
	unsigned long si;
	unsigned long dx;
	__u64 regs[31];
	__s32 syscallno;
};

#pragma clang attribute pop
#pragma clang diagnostic pop
