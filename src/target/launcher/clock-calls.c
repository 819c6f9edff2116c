/*
 * Puts system calls that the filter (clock-filter.c) has stopped into the app's time: who asks for the time is answered
 * here, without the kernel; who waits until an instant has it exchanged for the real one.
 *
 * The exchanged instant lies below the caller's stack, since what the app points to is its own, and the argument is given
 * back when the call ends, since the app, or the kernel when it begins the call again, goes on with it.
 */
#define _GNU_SOURCE
#include "clock-calls.h"
#include <elf.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include "clock-filter.h"
#include "clock-vdso.h"

enum {
	k_billion = 1000000000,
	k_below_stack = 256, /* below what a function may use of it without saying so */
	k_system_call = 0x404, /* NT_ARM_SYSTEM_CALL */
};

struct held {
	pid_t task;
	int argument;
	uint64_t value;
};

static struct held *held;
static int held_count, held_room;

#ifdef __x86_64__
typedef struct user_regs_struct registers;

static uint64_t argument_of(const registers *of, int which)
{
	const uint64_t all[] = { of->rdi, of->rsi, of->rdx, of->r10, of->r8, of->r9 };

	return all[which];
}

static void set_argument(registers *of, int which, uint64_t value)
{
	switch (which) {
	case 2:
		of->rdx = value;
		break;
	case 3:
		of->r10 = value;
		break;
	case 4:
		of->r8 = value;
		break;
	}
}

static uint64_t stack_of(const registers *of)
{
	return of->rsp;
}

static uint64_t place_of(const registers *of)
{
	return of->rip;
}

/* The call is left out, and this is what it gives. */
static void answer(pid_t task, registers *of, int64_t value)
{
	struct iovec all = { of, sizeof *of };

	of->orig_rax = -1;
	of->rax = value;
	ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &all);
}
#else
typedef struct user_regs_struct registers;

static uint64_t argument_of(const registers *of, int which)
{
	return of->regs[which];
}

static void set_argument(registers *of, int which, uint64_t value)
{
	of->regs[which] = value;
}

static uint64_t stack_of(const registers *of)
{
	return of->sp;
}

static uint64_t place_of(const registers *of)
{
	return of->pc;
}

static void answer(pid_t task, registers *of, int64_t value)
{
	struct iovec all = { of, sizeof *of };
	int none = -1;
	struct iovec call = { &none, sizeof none };

	ptrace(PTRACE_SETREGSET, task, k_system_call, &call);
	of->regs[0] = value;
	ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &all);
}
#endif

static struct timespec sum(struct timespec a, struct timespec b, int sign)
{
	struct timespec of = { a.tv_sec + sign * b.tv_sec, a.tv_nsec + sign * b.tv_nsec };

	if (of.tv_nsec < 0) {
		of.tv_nsec += k_billion;
		of.tv_sec--;
	} else if (of.tv_nsec >= k_billion) {
		of.tv_nsec -= k_billion;
		of.tv_sec++;
	}
	return of;
}

struct timespec app_clock(const struct app_time *time, clockid_t clock)
{
	struct timespec real;

	if (time->is_frozen)
		return time->shift;
	clock_gettime(clock, &real);
	return sum(real, time->shift, 1);
}

/* When it really is that instant of the app's; a clock that stands still goes on from here. */
static struct timespec real_instant(const struct app_time *time, struct timespec instant)
{
	struct timespec shift = time->shift, real;

	if (time->is_frozen) {
		clock_gettime(CLOCK_REALTIME, &real);
		shift = sum(time->shift, real, -1);
	}
	instant = sum(instant, shift, -1);
	return instant.tv_sec < 0 ? (struct timespec){ 0, 0 } : instant;
}

static int read_from(pid_t task, uint64_t at, void *to, size_t bytes)
{
	struct iovec own = { to, bytes }, theirs = { (void *)at, bytes };

	return process_vm_readv(task, &own, 1, &theirs, 1, 0) == (ssize_t)bytes ? 0 : -1;
}

static int write_to(pid_t task, uint64_t at, const void *from, size_t bytes)
{
	struct iovec own = { (void *)from, bytes }, theirs = { (void *)at, bytes };

	return process_vm_writev(task, &own, 1, &theirs, 1, 0) == (ssize_t)bytes ? 0 : -1;
}

static void hold(pid_t task, int argument, uint64_t value)
{
	forget_call(task);
	if (held_count == held_room) {
		held_room = held_room ? 2 * held_room : 64;
		held = realloc(held, held_room * sizeof *held);
		if (!held)
			abort();
	}
	held[held_count++] = (struct held){ task, argument, value };
}

static int is_instant(const struct timespec *at)
{
	return at->tv_sec >= 0 && at->tv_nsec >= 0 && at->tv_nsec < k_billion;
}

/* `bytes` at that argument, the last of which are an instant, are exchanged. 1: the call's end is to be stopped at. */
static int exchange(pid_t task, registers *of, int argument, size_t bytes, const struct app_time *time)
{
	char copy[sizeof(struct itimerspec)];
	uint64_t at = argument_of(of, argument);
	uint64_t below = (stack_of(of) - k_below_stack) & ~15UL;
	struct iovec all = { of, sizeof *of };
	struct timespec instant;

	if (read_from(task, at, copy, bytes))
		return 0;
	memcpy(&instant, copy + bytes - sizeof instant, sizeof instant);
	/* What is none is the kernel's to refuse; a timer that is set to nothing is stopped. */
	if (!is_instant(&instant) || (bytes > sizeof instant && !instant.tv_sec && !instant.tv_nsec))
		return 0;
	instant = real_instant(time, instant);
	if (bytes > sizeof instant && !instant.tv_sec && !instant.tv_nsec)
		instant.tv_nsec = 1;
	memcpy(copy + bytes - sizeof instant, &instant, sizeof instant);
	if (write_to(task, below, copy, bytes))
		return 0;
	set_argument(of, argument, below);
	if (ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &all))
		return 0;
	hold(task, argument, at);
	return 1;
}

/* The number behind `word` in the first line of that file that has it, at or after the line `after`; -1 if none has. */
static int number_in(const char *path, const char *after, const char *word)
{
	FILE *file = fopen(path, "re");
	int is_after = !after, number = -1;
	char line[256];

	while (file && number < 0 && fgets(line, sizeof line, file)) {
		is_after = is_after || !strcmp(line, after);
		if (is_after && !strncmp(line, word, strlen(word)))
			number = atoi(line + strlen(word));
	}
	if (file)
		fclose(file);
	return number;
}

static int is_shifted(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM || clock == CLOCK_TAI;
}

static int set_timerfd(pid_t task, registers *of, const struct app_time *time)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", task, (int)argument_of(of, 0));
	if (!is_shifted(number_in(path, NULL, "clockid:")))
		return 0;
	return exchange(task, of, 2, sizeof(struct itimerspec), time);
}

static int set_timer(pid_t task, registers *of, const struct app_time *time)
{
	char path[64], line[64];

	/* Timers are the whole process's, and shown for its first thread alone. */
	snprintf(path, sizeof path, "/proc/%d/status", task);
	snprintf(path, sizeof path, "/proc/%d/timers", number_in(path, NULL, "Tgid:"));
	snprintf(line, sizeof line, "ID: %d\n", (int)argument_of(of, 0));
	if (!is_shifted(number_in(path, line, "ClockID:")))
		return 0;
	return exchange(task, of, 2, sizeof(struct itimerspec), time);
}

/* The vDSO's own question is answered truly: what it then tells is shifted by the stub. */
static void tell_time(pid_t task, registers *of, int call, const struct app_time *time)
{
	uint64_t to = argument_of(of, call == k_call_gettime ? 1 : 0);
	struct timespec at;
	int is_lost = 0;

	if (vdso_holds(vdso_base(task), place_of(of)))
		return;
	at = app_clock(time, call == k_call_gettime ? (clockid_t)argument_of(of, 0) :
			     call == k_call_time     ? CLOCK_REALTIME_COARSE :
						       CLOCK_REALTIME);
	if (call == k_call_gettime) {
		is_lost = write_to(task, to, &at, sizeof at);
	} else if (call == k_call_time) {
		is_lost = to && write_to(task, to, &at.tv_sec, sizeof at.tv_sec);
	} else {
		/* The kernel's time zone is nobody's any more. */
		const int64_t value[] = { at.tv_sec, at.tv_nsec / 1000 };
		const int zone[] = { 0, 0 };

		is_lost = write_to(task, to, value, sizeof value) ||
			  (argument_of(of, 1) && write_to(task, argument_of(of, 1), zone, sizeof zone));
	}
	answer(task, of, is_lost ? -EFAULT : call == k_call_time ? at.tv_sec : 0);
}

int begin_call(pid_t task, const struct app_time *time)
{
	registers of;
	struct iovec all = { &of, sizeof of };
	unsigned long call = 0;

	if (ptrace(PTRACE_GETEVENTMSG, task, 0, &call) || ptrace(PTRACE_GETREGSET, task, NT_PRSTATUS, &all))
		return 0;
	if (call & k_call_wait)
		return exchange(task, &of, call & ~k_call_wait, sizeof(struct timespec), time);
	if (call == k_call_timerfd)
		return set_timerfd(task, &of, time);
	if (call == k_call_timer)
		return set_timer(task, &of, time);
	if (call == k_call_gettime || call == k_call_gettimeofday || call == k_call_time)
		tell_time(task, &of, call, time);
	return 0;
}

void end_call(pid_t task)
{
	for (int i = 0; i < held_count; i++) {
		registers of;
		struct iovec all = { &of, sizeof of };

		if (held[i].task != task)
			continue;
		if (!ptrace(PTRACE_GETREGSET, task, NT_PRSTATUS, &all)) {
			set_argument(&of, held[i].argument, held[i].value);
			ptrace(PTRACE_SETREGSET, task, NT_PRSTATUS, &all);
		}
		held[i] = held[--held_count];
		return;
	}
}

void forget_call(pid_t task)
{
	for (int i = 0; i < held_count; i++) {
		if (held[i].task != task)
			continue;
		held[i] = held[--held_count];
		return;
	}
}
