/*
 * Has the app live in another time: traces it with all that it starts, and puts the stub (clock-vdso.c) into each program
 * that it becomes, before that runs a step. A tracer's stops are seen by nobody else: job control, signals and exit codes
 * are what they are without it.
 *
 *     launcher --clock recorded|frozen
 *
 * On its standard input and output, a line each:
 *     hold PID            that process and what it starts, from here on
 *     < held, or          < refused REASON
 *     at SECONDS.NANOSECONDS    it is that instant for the app; `recorded`: and the time goes on from there
 *     < set               every program has it
 *     < real WHY PATH     at any time: a program that runs in real time. WHY: 32-bit, vdso, room, memory
 *     < unfiltered        the app's system calls are not stopped: those that speak of the time are in real time
 *
 * If it dies, the app is killed by the kernel: an app that is tested has nobody to live on for. Its counterpart is
 * src/target/clock.ts.
 */
#define _GNU_SOURCE
#include "clock.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "clock-calls.h"
#include "clock-stub.h"
#include "clock-vdso.h"

enum {
	k_line_bytes = 8192,
	k_event_stop = 128,
	k_stops_at_once = 64,
	k_system_call_stop = SIGTRAP | 0x80,
	k_options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		    PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
};

/* A program with its own memory; threads share one. */
struct process {
	pid_t pid;
	int memory;
	uint64_t vdso; /* 0: it is not in the app's time */
};

static struct process *processes;
static int process_count, process_room;
static struct app_time app_time;
static const char *cannot; /* why no program can be put into the app's time, or null */
static pid_t first; /* becomes the app */

static int64_t word(void)
{
	return (int64_t)app_time.shift.tv_sec * (1LL << k_shift_bits) + app_time.shift.tv_nsec;
}

static void say(const char *line)
{
	if (write(1, line, strlen(line)) < 0)
		_exit(0);
}

static struct process *find(pid_t pid)
{
	for (int i = 0; i < process_count; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	return NULL;
}

static void forget(pid_t pid)
{
	struct process *process = find(pid);

	if (!process)
		return;
	if (process->memory >= 0)
		close(process->memory);
	*process = processes[--process_count];
}

static struct process *add(pid_t pid)
{
	char path[64];

	forget(pid);
	if (process_count == process_room) {
		process_room = process_room ? 2 * process_room : 64;
		processes = realloc(processes, process_room * sizeof *processes);
		if (!processes)
			abort();
	}
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	processes[process_count] = (struct process){ pid, open(path, O_RDWR | O_CLOEXEC), 0 };
	return &processes[process_count++];
}

static void go_on(int how, pid_t task, int signal_number)
{
	/* It may have been killed meanwhile. */
	ptrace(how, task, 0, (long)signal_number);
}

static void say_real(pid_t pid, const char *why)
{
	char link[64], path[4096], line[k_line_bytes];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/%d/exe", pid);
	length = readlink(link, path, sizeof path - 1);
	path[length > 0 ? length : 0] = 0;
	for (char *at = path; *at; at++)
		if (*at == '\n')
			*at = '?';
	snprintf(line, sizeof line, "real %s %s\n", why, path);
	say(line);
}

/* How many filters a process has, from 5.10 on. */
static int filters_of(const char *path)
{
	FILE *status = fopen(path, "re");
	char line[256];
	int count = 0;

	while (status && fgets(line, sizeof line, status))
		if (sscanf(line, "Seccomp_filters: %d", &count) == 1)
			break;
	if (status)
		fclose(status);
	return count;
}

/* The launcher may have been taken while it was about to begin: then it is to become the app still. */
static int is_launcher(pid_t pid)
{
	struct stat own, theirs;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	return !stat("/proc/self/exe", &own) && !stat(path, &theirs) && own.st_dev == theirs.st_dev &&
	       own.st_ino == theirs.st_ino;
}

static void begin_app(pid_t pid)
{
	char path[64];

	if (is_launcher(pid))
		return;
	first = 0;
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	if (filters_of(path) <= filters_of("/proc/self/status"))
		say("unfiltered\n");
}

/* By its registers: its vDSO and its system calls are others, which neither the stub nor the filter knows. */
static int is_32_bit(pid_t pid)
{
	struct user_regs_struct registers;
	struct iovec all = { &registers, sizeof registers };

	return !ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) && all.iov_len < sizeof registers;
}

/* It has become another program, which has not run a step. */
static void begin_program(pid_t pid)
{
	unsigned long before = 0;
	struct process *process = add(pid);
	const char *why = cannot ? cannot : is_32_bit(pid) ? "32-bit" : NULL;
	uint64_t base = why ? 0 : vdso_base(pid);

	/* Begun by another thread than the first, which it has replaced. */
	if (!ptrace(PTRACE_GETEVENTMSG, pid, 0, &before))
		forget_call(before);
	forget_call(pid);
	if (pid == first)
		begin_app(pid);
	if (process->memory < 0)
		why = "memory";
	/* A program without a vDSO asks the kernel, and is answered by clock-calls.c. */
	else if (base)
		why = vdso_patch(process->memory, base, word());
	if (why)
		say_real(pid, why);
	else
		process->vdso = base;
}

/* A task that has not run a step: a thread, or a copy of its parent as it was a moment ago. */
static void begin_task(pid_t task)
{
	struct process *process;
	uint64_t base;

	if (syscall(SYS_tgkill, task, task, 0) || find(task))
		return;
	process = add(task);
	base = process->memory < 0 || cannot ? 0 : vdso_base(task);
	if (!base || !vdso_is_patched(process->memory, base))
		return;
	process->vdso = base;
	vdso_set(process->memory, base, word());
}

static int is_stopping(int signal_number)
{
	return signal_number == SIGSTOP || signal_number == SIGTSTP || signal_number == SIGTTIN ||
	       signal_number == SIGTTOU;
}

static void handle_stop(pid_t task, int status)
{
	int signal_number = WSTOPSIG(status);

	switch (status >> 16) {
	case 0:
		if (signal_number == k_system_call_stop)
			end_call(task);
		go_on(PTRACE_CONT, task, signal_number == k_system_call_stop ? 0 : signal_number);
		break;
	case PTRACE_EVENT_EXEC:
		begin_program(task);
		go_on(PTRACE_CONT, task, 0);
		break;
	case PTRACE_EVENT_SECCOMP:
		go_on(begin_call(task, &app_time) ? PTRACE_SYSCALL : PTRACE_CONT, task, 0);
		break;
	case k_event_stop:
		begin_task(task);
		/* Stopped by a signal, it stays so until another has it go on. */
		go_on(is_stopping(signal_number) ? PTRACE_LISTEN : PTRACE_CONT, task, 0);
		break;
	default:
		go_on(PTRACE_CONT, task, 0);
	}
}

/* 1 if there may be more: an app that never ceases to stop is not to keep orders from being read. */
static int handle_stops(void)
{
	int status;
	pid_t task;

	for (int i = 0; i < k_stops_at_once; i++) {
		task = waitpid(-1, &status, __WALL | WNOHANG);
		if (task <= 0)
			return 0;
		if (WIFSTOPPED(status)) {
			handle_stop(task, status);
			continue;
		}
		forget_call(task);
		forget(task);
	}
	return 1;
}

static void hold(pid_t pid)
{
	char line[128] = "held\n";

	if (ptrace(PTRACE_SEIZE, pid, 0, (long)k_options))
		snprintf(line, sizeof line, "refused %s\n", strerror(errno));
	else
		first = pid;
	say(line);
}

static void set(const char *instant)
{
	struct timespec wanted = { 0, 0 }, real;
	char *rest;

	wanted.tv_sec = strtoll(instant, &rest, 10);
	if (*rest == '.')
		wanted.tv_nsec = strtol(rest + 1, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &real);
	if (!app_time.is_frozen) {
		wanted.tv_sec -= real.tv_sec;
		wanted.tv_nsec -= real.tv_nsec;
		if (wanted.tv_nsec < 0) {
			wanted.tv_nsec += 1000000000;
			wanted.tv_sec--;
		}
	}
	app_time.shift = wanted;
	for (int i = 0; i < process_count; i++)
		if (processes[i].vdso)
			vdso_set(processes[i].memory, processes[i].vdso, word());
	say("set\n");
}

static void obey(const char *line)
{
	if (!strncmp(line, "hold ", 5))
		hold(atoi(line + 5));
	else if (!strncmp(line, "at ", 3))
		set(line + 3);
}

/* 0 when there is nothing to come any more. */
static int read_orders(void)
{
	static char text[k_line_bytes];
	static int held;
	ssize_t length = read(0, text + held, sizeof text - 1 - held);
	char *line = text, *end;

	if (length <= 0)
		return length < 0 && errno == EINTR;
	held += length;
	text[held] = 0;
	while ((end = strchr(line, '\n'))) {
		*end = 0;
		obey(line);
		line = end + 1;
	}
	held -= line - text;
	memmove(text, line, held);
	return held < (int)sizeof text - 1;
}

int shift_clocks(const char *how)
{
	struct rlimit files;
	struct pollfd inputs[2] = { { .fd = 0, .events = POLLIN }, { .events = POLLIN } };
	struct signalfd_siginfo told;
	sigset_t child;
	int is_more = 0;

	/* Out of reach of what ends Reprise from a terminal: the app may end in its own time. */
	for (int signal_number = 1; signal_number < 65; signal_number++)
		if (signal_number != SIGCHLD)
			signal(signal_number, SIG_IGN);
	setsid();
	app_time.is_frozen = !strcmp(how, "frozen");
	cannot = vdso_plan(app_time.is_frozen);
	/* One descriptor for each process. */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGCHLD, SIG_DFL);
	inputs[1].fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	for (;;) {
		if (poll(inputs, 2, is_more ? 0 : -1) < 0 && errno != EINTR)
			return 1;
		if (read(inputs[1].fd, &told, sizeof told) > 0 || is_more)
			is_more = handle_stops();
		if (inputs[0].revents && !read_orders())
			return 0;
	}
}

int print_clocks(void)
{
	struct timespec vdso, kernel;

	clock_gettime(CLOCK_REALTIME, &vdso);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &kernel);
	printf("%lld %lld\n", (long long)vdso.tv_sec, (long long)kernel.tv_sec);
	return 0;
}
