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
	struct pt_regs *user = (void *)bpf_task_pt_regs(task);
	__u64 g = 0;

#ifdef __TARGET_ARCH_x86
	if (go->thread_local) {
		bpf_probe_read_user(&g, sizeof(g), (void *)(task->thread.fsbase + go->thread_local));
		return g;
	}
	bpf_probe_read_kernel(&g, sizeof(g), &user->r14);
#else
	bpf_probe_read_kernel(&g, sizeof(g), &user->regs[28]);
#endif
	return g;
}

static __always_inline struct asker goroutine_at(const struct go_process *go, __u64 g)
{
	struct asker goroutine = {};

	if (g)
		bpf_probe_read_user(&goroutine.goroutine, sizeof(goroutine.goroutine), (void *)(g + go->goid));
	if (g && go->parent)
		bpf_probe_read_user(&goroutine.parent, sizeof(goroutine.parent), (void *)(g + go->parent));
	return goroutine;
}

/* Whether the process has goroutines, one of which acts. */
static __always_inline bool put_goroutine(struct act *act)
{
	/* Linux 6.1 takes no key from where the act lies. */
	__u32 process = act->process;
	struct go_process *go = bpf_map_lookup_elem(&go_processes, &process);
	struct process_word key = { .process = act->process };
	struct asker goroutine, *asker;
	__u64 *connection;

	if (!go)
		return false;
	act->kind = actor_goroutine;
	goroutine = goroutine_at(go, running_g(go));
	key.word = goroutine.goroutine;
	connection = bpf_map_lookup_elem(&writers, &key);
	if (connection && !are_probes_out()) {
		key.word = *connection;
		asker = bpf_map_lookup_elem(&askers, &key);
		if (asker)
			goroutine = *asker;
	}
	put_lineage(act, act->process, goroutine.goroutine, goroutine.parent);
	return true;
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
