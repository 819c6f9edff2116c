/*
 * Who in the app sends and receives: what says which incoming request caused which outgoing call. Several hooks for the
 * same, of which user space attaches those that the kernel has. They copy no byte of what passes, hold nothing up, and
 * change nothing; where the ring is full an act is left out, and what it would have told is told by time.
 */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "maps/listener_ring.h"
#include "maps/own_ports.h"
#include "maps/tap_ring.h"
#include "programs/address.h"
#include "programs/goroutine.h"
#include "programs/lineage.h"
#include "types/act.h"
#include "types/program_begin.h"

enum { MSG_PEEK = 2 };

static __always_inline void put_ends(struct record_head *head, struct sock *sk)
{
	struct sock_common *ends = &sk->__sk_common;

	head->family = ends->skc_family;
	head->from_port = ends->skc_num;
	head->to_port = bpf_ntohs(ends->skc_dport);
	if (head->family == AF_INET) {
		put_address4(head->from, ends->skc_rcv_saddr);
		put_address4(head->to, ends->skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&head->from, ends, skc_v6_rcv_saddr.in6_u.u6_addr32);
		BPF_CORE_READ_INTO(&head->to, ends, skc_v6_daddr.in6_u.u6_addr32);
	}
}

/*
 * The number of the first byte that the connection's opener sends, by what the other end has acknowledged of all since the
 * SYN. Where packets come in meanwhile the two may disagree: then it is asked again.
 */
static __always_inline __u32 first_written(struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	__u32 acked = BPF_CORE_READ(tcp, bytes_acked);
	__u32 next = BPF_CORE_READ(tcp, snd_una);

	if ((__u32)BPF_CORE_READ(tcp, bytes_acked) != acked) {
		acked = BPF_CORE_READ(tcp, bytes_acked);
		next = BPF_CORE_READ(tcp, snd_una);
	}
	return next - acked + 1;
}

/* One of the app's threads acts; who that is is filled in by the caller, who submits it. NULL: there is no room. */
static __always_inline struct act *begin_act(struct sock *sk, __u8 direction, __u32 seq, __u32 length)
{
	struct act *act = bpf_ringbuf_reserve(&tap_ring, sizeof(*act), 0);

	if (!act)
		return NULL;
	__builtin_memset(act, 0, sizeof(*act));
	act->head.cookie = bpf_get_socket_cookie(sk);
	act->head.at = bpf_ktime_get_ns();
	act->head.seq = seq;
	act->head.ack = direction == direction_sent ? first_written(sk) : 0;
	act->head.length = length;
	act->head.kept = sizeof(*act) - sizeof(act->head);
	act->head.direction = direction;
	act->head.protocol = PROTOCOL_ACT;
	put_ends(&act->head, sk);
	act->process = bpf_get_current_pid_tgid() >> 32;
	return act;
}

static __always_inline void tell_act(struct sock *sk, __u8 direction, __u32 seq, __u32 length)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct act *act = begin_act(sk, direction, seq, length);

	if (!act)
		return;
	act->is_polled = BPF_CORE_READ(sk, sk_socket, file, f_ep) != 0 || is_carrier();
	if (!put_goroutine(act) && !put_request(act, id) && !put_carried(act, id))
		put_lineage(act, 0, (__u32)id, 0);
	bpf_ringbuf_submit(act, BPF_RB_NO_WAKEUP);
}

/* An act for each piece, where the thread's code says that it sends those of several requests at once. */
static __always_inline void tell_sent(struct sock *sk, __u32 seq, __u32 length)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 *word = bpf_map_lookup_elem(&request_words, &thread);
	struct request_word said = {};
	struct request_piece piece;
	struct act *act;

	if (!word || bpf_probe_read_user(&said, sizeof(said), (void *)*word))
		said.pieces = 0;
	/* Of what is sent in several goes it is not known where each begins: `number` is nobody's then. */
	if (said.pieces < 2 || said.total != length)
		return tell_act(sk, direction_sent, seq, length);
	for (int i = 0; i < MOST_PIECES && i < said.pieces; i++) {
		if (bpf_probe_read_user(&piece, sizeof(piece), (void *)(*word + sizeof(said) + i * sizeof(piece))))
			return;
		act = begin_act(sk, direction_sent, seq, piece.length);
		if (!act)
			return;
		act->kind = actor_request;
		act->lineage[0].number = piece.number;
		/* Nobody's is as a thread's that may be about anything. */
		if (!(__u32)piece.number) {
			act->kind = actor_thread;
			act->is_polled = 1;
		}
		bpf_ringbuf_submit(act, BPF_RB_NO_WAKEUP);
		seq += piece.length;
	}
}

static __always_inline bool is_tcp(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP &&
	       (sk->__sk_common.skc_family == AF_INET || sk->__sk_common.skc_family == AF_INET6);
}

static __always_inline __u32 next_written(struct sock *sk)
{
	return BPF_CORE_READ((struct tcp_sock *)sk, write_seq);
}

/* Of what is received only requests say whom somebody works for. */
static __always_inline void tell_received(struct sock *sk)
{
	if (is_own_port(sk->__sk_common.skc_num))
		tell_act(sk, direction_received, BPF_CORE_READ((struct tcp_sock *)sk, copied_seq), 0);
}

/* Linux 6.16: before the bytes leave. */
SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(reprise_sends, struct sock *sk, struct msghdr *message)
{
	if (is_apps())
		tell_sent(sk, next_written(sk), BPF_CORE_READ(message, msg_iter.count));
	return 0;
}

/* The same by a trampoline, which some kernels refuse. */
SEC("fentry/tcp_sendmsg")
int BPF_PROG(reprise_enters_send, struct sock *sk, struct msghdr *message, unsigned long size)
{
	if (is_apps())
		tell_sent(sk, next_written(sk), size);
	return 0;
}

/* Linux 6.3: when the bytes are on their way. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(reprise_has_sent, struct sock *sk, int sent, int flags)
{
	if (sent > 0 && is_tcp(sk) && is_apps())
		tell_sent(sk, next_written(sk) - sent, sent);
	return 0;
}

/* Linux 6.3. */
SEC("tp_btf/sock_recv_length")
int BPF_PROG(reprise_has_received, struct sock *sk, int received, int flags)
{
	if (received > 0 && !(flags & MSG_PEEK) && is_tcp(sk) && is_apps())
		tell_received(sk);
	return 0;
}

/* Each time that received bytes are copied to whoever reads them; what was only peeked at is told of too. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(reprise_reads, struct sock *sk)
{
	if (is_apps())
		tell_received(sk);
	return 0;
}

/* User space looks at each program, for what it must know to tell who acts in it. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(reprise_begins)
{
	struct program_begin *begin;

	if (!is_apps())
		return 0;
	begin = bpf_ringbuf_reserve(&listener_ring, sizeof(*begin), 0);
	if (!begin)
		return 0;
	begin->at = bpf_ktime_get_ns();
	begin->process = bpf_get_current_pid_tgid() >> 32;
	begin->unused = 0;
	bpf_ringbuf_submit(begin, 0);
	return 0;
}
