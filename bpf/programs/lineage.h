/* Who acts, and who started that one: threads by the kernel's word, goroutines by `goroutine.h`. */
#pragma once

#include "vmlinux/internal.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "maps/app_group.h"
#include "maps/births.h"
#include "maps/carrier_words.h"
#include "maps/request_words.h"
#include "types/act.h"

static __always_inline bool is_apps(void)
{
	return bpf_current_task_under_cgroup(&app_group, 0) == 1;
}

static __always_inline const struct birth *birth_of(__u32 process, __u64 number)
{
	struct process_word key = { .word = number, .process = process };

	return bpf_map_lookup_elem(&births, &key);
}

/* From the one that acts on, and how many; `parent` is known of it where its birth was not seen, or 0. */
static __always_inline int put_lineage(struct act *act, __u32 process, __u64 number, const struct birth *birth,
				       __u64 parent)
{
	for (int i = 0; i < GENERATIONS; i++) {
		if (i)
			birth = birth_of(process, number);
		act->lineage[i].number = number;
		act->lineage[i].born = birth ? birth->at : 0;
		number = birth ? birth->parent : i ? 0 : parent;
		if (!number)
			return i + 1;
	}
	return GENERATIONS;
}

/* Whether the thread's own code says for which request it runs, and it runs for one. */
static __always_inline bool put_request(struct act *act, __u32 thread)
{
	__u64 *word = bpf_map_lookup_elem(&request_words, &thread);
	__u64 request = 0;

	if (!word || bpf_probe_read_user(&request, sizeof(request), (void *)*word) || !(__u32)request)
		return false;
	act->kind = actor_request;
	act->lineage[0].number = request;
	return true;
}

/* Whether the thread carries a virtual one, whose number is never given twice in a process. */
static __always_inline bool put_carried(struct act *act, __u32 thread)
{
	struct carrier_word *word = bpf_map_lookup_elem(&carrier_words, &thread);
	__u64 number = 0;

	if (!word || bpf_probe_read_user(&number, sizeof(number), (void *)word->address) || !number || number == word->own)
		return false;
	act->kind = actor_goroutine;
	act->lineage[0].number = number;
	return true;
}

/* A thread of Java's pool that carries virtual threads, or tasks that whoever is free takes: it may be about anything. */
static __always_inline bool is_carrier(void)
{
	static const char name[] = "ForkJoinPool";
	char comm[16] = {};

	if (bpf_get_current_comm(comm, sizeof(comm)))
		return false;
	for (int i = 0; i < (int)sizeof(name) - 1; i++)
		if (comm[i] != name[i])
			return false;
	return true;
}

static __always_inline void note_birth(__u32 process, __u64 number, __u64 parent)
{
	struct process_word key = { .word = number, .process = process };
	struct birth birth = { .parent = parent, .at = bpf_ktime_get_ns() };

	bpf_map_update_elem(&births, &key, &birth, BPF_ANY);
}

/* A thread or a process begins. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(reprise_forks, struct task_struct *parent, struct task_struct *child)
{
	if (is_apps())
		note_birth(0, child->pid, parent->pid);
	return 0;
}
