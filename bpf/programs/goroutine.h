/*
 * Which goroutine runs. Go keeps its place (g) in thread-local memory on x86-64 and in x28 on arm64; while its own code runs
 * it is in R14 as well. A goroutine's number is never given twice in a process.
 */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>

#include "maps/asked.h"
#include "maps/go_processes.h"
#include "maps/probe_hits.h"
#include "programs/lineage.h"
#include "types/act.h"

static __always_inline __u64 running_g(const struct go_process *go)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *user;
	__u64 g = 0;

#ifdef __TARGET_ARCH_x86
	if (go->thread_local) {
		bpf_probe_read_user(&g, sizeof(g), (void *)(task->thread.fsbase + go->thread_local));
		return g;
	}
	user = (void *)bpf_task_pt_regs(task);
	bpf_probe_read_kernel(&g, sizeof(g), &user->r14);
#else
	user = (void *)bpf_task_pt_regs(task);
	bpf_probe_read_kernel(&g, sizeof(g), &user->regs[28]);
#endif
	return g;
}

static __always_inline __u64 goroutines_word(__u64 g, __u32 offset)
{
	__u64 word = 0;

	if (g && offset)
		bpf_probe_read_user(&word, sizeof(word), (void *)(g + offset));
	return word;
}

static __always_inline struct asker goroutine_at(const struct go_process *go, __u64 g)
{
	return (struct asker){ .goroutine = goroutines_word(g, go->goid), .parent = goroutines_word(g, go->parent) };
}

/* Who asked last on the connection that this goroutine writes for, if it does; what the probes tell is true. */
static __always_inline const struct asker *asker_behind(__u32 process, __u64 goroutine)
{
	struct process_word key = { .word = goroutine, .process = process };
	__u64 *connection;

	if (!has_written())
		return NULL;
	connection = bpf_map_lookup_elem(&writers, &key);
	if (!connection)
		return NULL;
	key.word = *connection;
	return bpf_map_lookup_elem(&askers, &key);
}

/* One of the process's goroutines acts: how many of its lineage are known. */
static __always_inline int put_goroutine(struct act *act, const struct go_process *go, __u32 process)
{
	__u64 g = running_g(go);
	__u64 number = goroutines_word(g, go->goid);
	const struct asker *asker;
	const struct birth *birth;
	__u64 parent = 0;

	act->kind = actor_goroutine;
	/* A busy program's: most births were not seen, and of those that were, user space has been told where they act. */
	if (are_probes_out()) {
		act->lineage[0].number = number;
		act->lineage[1].number = goroutines_word(g, go->parent);
		return act->lineage[1].number ? 2 : 1;
	}
	asker = asker_behind(process, number);
	if (asker)
		number = asker->goroutine;
	birth = birth_of(process, number);
	if (!birth)
		parent = asker ? asker->parent : goroutines_word(g, go->parent);
	return put_lineage(act, process, number, birth, parent);
}

/* Which goroutine enters one of a Go program's functions, and with which first argument. */
static __always_inline struct asker entering(struct pt_regs *ctx, __u32 process, __u64 *first)
{
	struct go_process *go = bpf_map_lookup_elem(&go_processes, &process);
	struct asker none = {};

	count_hit();
	if (!go)
		return none;
#ifdef __TARGET_ARCH_x86
	*first = ctx->ax;
	return goroutine_at(go, ctx->r14);
#else
	*first = ctx->regs[0];
	return goroutine_at(go, ctx->regs[28]);
#endif
}

/* net/http.persistConnWriter.Write begins: this goroutine writes for that connection. */
SEC("uprobe")
int reprise_http_writes(struct pt_regs *ctx)
{
	struct process_word writer = { .process = bpf_get_current_pid_tgid() >> 32 };
	__u64 connection = 0;

	writer.word = entering(ctx, writer.process, &connection).goroutine;
	if (writer.word)
		bpf_map_update_elem(&writers, &writer, &connection, BPF_ANY);
	note_written();
	return 0;
}

/* net/http.(*persistConn).roundTrip begins: this goroutine asks on that connection, alone until it is answered. */
SEC("uprobe")
int reprise_http_asks(struct pt_regs *ctx)
{
	struct process_word connection = { .process = bpf_get_current_pid_tgid() >> 32 };
	struct asker asker = entering(ctx, connection.process, &connection.word);

	if (asker.goroutine)
		bpf_map_update_elem(&askers, &connection, &asker, BPF_ANY);
	return 0;
}

/* runtime.newproc1 has made a goroutine, which is what it returns: it has its number, and that of the one that runs. */
SEC("uprobe")
int reprise_goroutine_begins(struct pt_regs *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	struct go_process *go = bpf_map_lookup_elem(&go_processes, &process);
	struct asker begun;

	count_hit();
	if (!go)
		return 0;
#ifdef __TARGET_ARCH_x86
	begun = goroutine_at(go, ctx->ax);
#else
	begun = goroutine_at(go, ctx->regs[0]);
#endif
	if (begun.goroutine && begun.parent)
		note_birth(process, begun.goroutine, begun.parent);
	return 0;
}
