/*
 * Which goroutine runs. Go keeps its place (g) in thread-local memory on x86-64 and in x28 on arm64; while its own code runs
 * it is in R14 as well. A goroutine's number is never given twice in a process.
 */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>

#include "maps/asked.h"
#include "maps/go_processes.h"
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
		bpf_probe_read_user(&goroutine.task, sizeof(goroutine.task), (void *)(g + go->goid));
	if (g && go->parent)
		bpf_probe_read_user(&goroutine.parent, sizeof(goroutine.parent), (void *)(g + go->parent));
	return goroutine;
}

static __always_inline void put_goroutine(struct act *act)
{
	struct go_process *go = bpf_map_lookup_elem(&go_processes, &act->process);
	struct process_word key = {};
	struct asker goroutine, *asker;
	__u64 *connection;

	if (!go)
		return;
	goroutine = goroutine_at(go, running_g(go));
	act->task = goroutine.task;
	act->parent = goroutine.parent;
	key.process = act->process;
	key.word = act->task;
	connection = bpf_map_lookup_elem(&writers, &key);
	if (!connection)
		return;
	key.word = *connection;
	asker = bpf_map_lookup_elem(&askers, &key);
	if (!asker)
		return;
	act->task = asker->task;
	act->parent = asker->parent;
}

/* Which goroutine enters one of a Go program's functions, and with which first argument. */
static __always_inline struct asker entering(struct pt_regs *ctx, __u32 process, __u64 *first)
{
	struct go_process *go = bpf_map_lookup_elem(&go_processes, &process);
	struct asker none = {};

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

/* net/http.(*persistConn).writeLoop begins: this goroutine writes for that connection from here on. */
SEC("uprobe")
int reprise_http_writes(struct pt_regs *ctx)
{
	struct process_word writer = { .process = bpf_get_current_pid_tgid() >> 32 };
	__u64 connection = 0;

	writer.word = entering(ctx, writer.process, &connection).task;
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

	if (asker.task)
		bpf_map_update_elem(&askers, &connection, &asker, BPF_ANY);
	return 0;
}
