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
static __always_inline __u32 first_written(struct tcp_sock *tcp)
{
	__u32 acked = tcp->bytes_acked;
	__u32 next;

	barrier();
	next = tcp->snd_una;
	barrier();
	if ((__u32)tcp->bytes_acked != acked) {
		acked = tcp->bytes_acked;
		barrier();
		next = tcp->snd_una;
	}
	return next - acked + 1;
}

/* One of the app's threads acts; who that is is filled in by the caller, who tells it. */
static __always_inline struct act begun_act(struct tcp_sock *tcp, __u32 process, __u8 direction, __u32 seq, __u32 length)
{
	struct act act = { .process = process };

	act.head.at = bpf_ktime_get_ns();
	act.head.seq = seq;
	act.head.ack = direction == direction_sent ? first_written(tcp) : 0;
	act.head.length = length;
	act.head.direction = direction;
	act.head.protocol = PROTOCOL_ACT;
	put_ends(&act.head, (struct sock *)tcp);
	return act;
}

/* Its first `known` strands alone are told; where there is no room, nothing is. False: there was none. */
static __always_inline bool put_act(struct act *act, int known)
{
	__u32 kept = __builtin_offsetof(struct act, lineage) - sizeof(act->head) + known * sizeof(struct strand);

	act->head.kept = kept;
	return !bpf_ringbuf_output(&tap_ring, act, sizeof(act->head) + kept, BPF_RB_NO_WAKEUP);
}

/* Who runs: the kernel is asked once. */
struct actor {
	__u32 process;
	__u32 thread;
	/* NULL: no Go program. */
	const struct go_process *go;
};

static __always_inline struct actor acting(void)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct actor actor = { .process = id >> 32, .thread = id };

	actor.go = bpf_map_lookup_elem(&go_processes, &actor.process);
	return actor;
}

static __always_inline void tell_act(struct tcp_sock *tcp, const struct actor *actor, __u8 direction, __u32 seq,
				     __u32 length)
{
	struct act act = begun_act(tcp, actor->process, direction, seq, length);
	__u32 thread = actor->thread;

	if (actor->go) {
		put_act(&act, put_goroutine(&act, actor->go, actor->process));
	} else if (put_request(&act, thread) || put_carried(&act, thread)) {
		put_act(&act, 1);
	} else {
		act.is_polled = ((struct sock *)tcp)->sk_socket->file->f_ep != 0 || is_carrier();
		put_act(&act, put_lineage(&act, 0, thread, birth_of(0, thread), 0));
	}
}

/*
 * An act for each piece, where the thread's code says that it sends those of several requests at once. `written`: how many
 * of these bytes the socket has taken already.
 */
static __always_inline void tell_sent(struct sock *sk, __u32 written, __u32 length)
{
	struct actor actor = acting();
	__u64 *word = actor.go ? NULL : bpf_map_lookup_elem(&request_words, &actor.thread);
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);
	struct request_word said = {};
	struct request_piece piece;
	struct act act;
	__u32 seq;

	if (!tcp)
		return;
	seq = tcp->write_seq - written;
	if (!word || bpf_probe_read_user(&said, sizeof(said), (void *)*word))
		said.pieces = 0;
	/* Of what is sent in several goes it is not known where each begins: `number` is nobody's then. */
	if (said.pieces < 2 || said.total != length)
		return tell_act(tcp, &actor, direction_sent, seq, length);
	for (int i = 0; i < MOST_PIECES && i < said.pieces; i++) {
		if (bpf_probe_read_user(&piece, sizeof(piece), (void *)(*word + sizeof(said) + i * sizeof(piece))))
			return;
		act = begun_act(tcp, actor.process, direction_sent, seq, piece.length);
		act.kind = actor_request;
		act.lineage[0].number = piece.number;
		/* Nobody's is as a thread's that may be about anything. */
		if (!(__u32)piece.number) {
			act.kind = actor_thread;
			act.is_polled = 1;
		}
		if (!put_act(&act, 1))
			return;
		seq += piece.length;
	}
}

static __always_inline bool is_tcp(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP &&
	       (sk->__sk_common.skc_family == AF_INET || sk->__sk_common.skc_family == AF_INET6);
}

/* Of what is received only requests say whom somebody works for. */
static __always_inline void tell_received(struct sock *sk)
{
	struct tcp_sock *tcp = is_own_port(sk->__sk_common.skc_num) ? bpf_skc_to_tcp_sock(sk) : NULL;
	struct actor actor;

	if (!tcp)
		return;
	actor = acting();
	tell_act(tcp, &actor, direction_received, tcp->copied_seq, 0);
}

/* Linux 6.16: before the bytes leave. */
SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(reprise_sends, struct sock *sk, struct msghdr *message)
{
	if (is_apps())
		tell_sent(sk, 0, message->msg_iter.count);
	return 0;
}

/* The same by a trampoline, which some kernels refuse. */
SEC("fentry/tcp_sendmsg")
int BPF_PROG(reprise_enters_send, struct sock *sk, struct msghdr *message, unsigned long size)
{
	if (is_apps())
		tell_sent(sk, 0, size);
	return 0;
}

/* Linux 6.3: when the bytes are on their way. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(reprise_has_sent, struct sock *sk, int sent, int flags)
{
	if (sent > 0 && is_tcp(sk) && is_apps())
		tell_sent(sk, sent, sent);
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
