/*
 * Freezing wakes every thread, and thawing lets most system calls go on unseen. Some give up instead, with EINTR, which
 * who has no signal handlers need not expect: waiting for events (epoll, io_uring, asynchronous I/O), for semaphores and
 * signals, and on sockets with a time limit of their own. While a thread is frozen its registers say so: there the error is
 * made one after which the kernel begins the call again. A wait for events that has a limit ends instead, with none, as
 * it may at any time: begun again, it would wait too long.
 *
 * It is done through ptrace; who is traced already is left as he is. Of other machines than x86-64 nothing is done.
 */
#define _GNU_SOURCE
#include "rewind.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kernel-files.h"
#include "members.h"

#ifdef __x86_64__
#include <sys/user.h>

enum {
	k_most_threads = 256, /* at some microseconds each */
	k_restart = -514, /* ERESTARTNOHAND: begun again, or EINTR where a signal is handled meanwhile */
	k_sys_epoll_pwait2 = 441,
	k_sys_io_uring_enter = 426,
	k_sys_io_pgetevents = 333,
};

struct called {
	pid_t threads[k_most_threads];
	int count;
};

enum kind { kind_none, kind_again, kind_events };

/* What a call does that is broken off; `timeout` gets the number of its argument that limits it. */
static enum kind kind_of(long call, int *timeout)
{
	switch (call) {
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
	case k_sys_epoll_pwait2:
		*timeout = 3;
		return kind_events;
	case SYS_io_getevents:
	case k_sys_io_pgetevents:
		*timeout = 4;
		return kind_events;
	case SYS_semop:
	case SYS_semtimedop:
	case SYS_rt_sigtimedwait:
	case k_sys_io_uring_enter:
	case SYS_read:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_accept:
	case SYS_accept4:
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
		return kind_again;
	}
	return kind_none;
}

static int is_unlimited(long call, const struct user_regs_struct *registers, int timeout)
{
	if (timeout == 4)
		return !registers->r8;
	return call == k_sys_epoll_pwait2 ? !registers->r10 : (int)registers->r10 < 0;
}

static void correct(pid_t thread)
{
	struct user_regs_struct registers;
	int timeout = 0;
	enum kind kind;

	if (ptrace(PTRACE_GETREGS, thread, NULL, &registers) || (long)registers.rax != -EINTR)
		return;
	kind = kind_of(registers.orig_rax, &timeout);
	if (kind == kind_none)
		return;
	registers.rax = kind == kind_again || is_unlimited(registers.orig_rax, &registers, timeout) ? k_restart : 0;
	ptrace(PTRACE_SETREGS, thread, NULL, &registers);
}

/* Whether it is in an interruptible sleep, as all are that a freeze has woken; others would not stand still for long. */
static int is_asleep(int process, const char *thread)
{
	char path[64], text[128];
	const char *state;

	snprintf(path, sizeof path, "/proc/%d/task/%s/stat", process, thread);
	state = read_stat(path, text, sizeof text);
	return state && !strncmp(state, " S", 2);
}

static void call_up(int process, void *context)
{
	struct called *called = context;
	struct dirent *entry;
	char path[64];
	DIR *threads;

	snprintf(path, sizeof path, "/proc/%d/task", process);
	threads = opendir(path);
	while (threads && called->count < k_most_threads && (entry = readdir(threads))) {
		pid_t thread = atoi(entry->d_name);

		if (thread <= 0 || !is_asleep(process, entry->d_name) || ptrace(PTRACE_SEIZE, thread, NULL, NULL))
			continue;
		ptrace(PTRACE_INTERRUPT, thread, NULL, NULL);
		called->threads[called->count++] = thread;
	}
	if (threads)
		closedir(threads);
}

/* Till it stands at the tracer's disposal, nobody may leave it; one that is frozen does so at once. */
static void answer(pid_t thread)
{
	int status;
	pid_t found;

	do
		found = waitpid(thread, &status, __WALL);
	while (found < 0 && errno == EINTR);
	if (found == thread && WIFSTOPPED(status))
		correct(thread);
	ptrace(PTRACE_DETACH, thread, NULL, NULL);
}

void begin_again(int cgroup_fd)
{
	static struct called called;

	called.count = 0;
	each_process(cgroup_fd, call_up, &called);
	for (int i = 0; i < called.count; i++)
		answer(called.threads[i]);
}
#else
void begin_again(int cgroup_fd)
{
	(void)cgroup_fd;
}
#endif
