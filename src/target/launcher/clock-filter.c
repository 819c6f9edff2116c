/*
 * System calls that speak of the real time and do not pass through the vDSO: programs that ask the kernel itself, and
 * waits until an instant of CLOCK_REALTIME, which would end at once, or never, for an app that lives in another year. The
 * filter holds exactly these for the tracer (clock-calls.c) and lets everything else pass.
 *
 * It needs CAP_SYS_ADMIN, so that no_new_privs stays as it is, and a tracer that is there: without one, the calls fail.
 */
#define _GNU_SOURCE
#include "clock-filter.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "clock-stub.h"

#ifdef __x86_64__
#define OWN_MACHINE AUDIT_ARCH_X86_64
#else
#define OWN_MACHINE AUDIT_ARCH_AARCH64
#endif

enum {
	k_most_instructions = 256,
	k_sys_futex_waitv = 449,
	k_sys_futex_wait = 455,
	k_lock_pi2 = 13,
	/* Without it, some kernels slow every branch of the app down. */
	k_allow_speculation = 1 << 2,
};

struct program {
	struct sock_filter code[k_most_instructions];
	int length;
	int rule; /* where the rule that is written begins */
};

static const unsigned k_clocks[] = { CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_REALTIME_ALARM, CLOCK_TAI };
static const unsigned k_clock_count = sizeof k_clocks / sizeof *k_clocks;

static void put(struct program *program, struct sock_filter instruction)
{
	program->code[program->length++] = instruction;
}

static void jump(struct program *program, int how, unsigned value, int yes, int no)
{
	put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | how | BPF_K, value, yes, no));
}

static void load(struct program *program, unsigned at)
{
	put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at));
}

static void result(struct program *program, unsigned what)
{
	put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* Both machines are little-endian. */
static unsigned low(int argument)
{
	return offsetof(struct seccomp_data, args) + 8 * argument;
}

/* From here to `stop`, what the program says of that system call; it passes where a line says so. */
static void rule_for(struct program *program, int call)
{
	load(program, offsetof(struct seccomp_data, nr));
	program->rule = program->length;
	jump(program, BPF_JEQ, call, 0, 0);
}

static void stop(struct program *program, int what)
{
	result(program, SECCOMP_RET_TRACE | what);
	program->code[program->rule].jf = program->length - program->rule - 1;
}

/* The accumulator's value. */
static void pass_unless_among(struct program *program, const unsigned *values, int count)
{
	for (int i = 0; i < count; i++)
		jump(program, BPF_JEQ, values[i], count - i, 0);
	result(program, SECCOMP_RET_ALLOW);
}

static void pass_unless_clock(struct program *program, int argument)
{
	load(program, low(argument));
	pass_unless_among(program, k_clocks, k_clock_count);
}

static void pass_unless_absolute(struct program *program, int argument)
{
	load(program, low(argument));
	jump(program, BPF_JSET, TIMER_ABSTIME, 1, 0);
	result(program, SECCOMP_RET_ALLOW);
}

static void pass_if_null(struct program *program, int argument)
{
	load(program, low(argument));
	jump(program, BPF_JEQ, 0, 0, 3);
	load(program, low(argument) + 4);
	jump(program, BPF_JEQ, 0, 0, 1);
	result(program, SECCOMP_RET_ALLOW);
}

static void futex_rules(struct program *program)
{
	/* A lock's is always an instant of that clock. */
	static const unsigned waits[] = {
		FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME,
		FUTEX_WAIT_REQUEUE_PI | FUTEX_CLOCK_REALTIME,
		FUTEX_LOCK_PI,
		k_lock_pi2 | FUTEX_CLOCK_REALTIME,
	};

	rule_for(program, SYS_futex);
	load(program, low(1));
	put(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (unsigned)~FUTEX_PRIVATE_FLAG));
	pass_unless_among(program, waits, sizeof waits / sizeof *waits);
	pass_if_null(program, 3);
	stop(program, k_call_wait | 3);
	rule_for(program, k_sys_futex_waitv);
	pass_unless_clock(program, 4);
	pass_if_null(program, 3);
	stop(program, k_call_wait | 3);
	rule_for(program, k_sys_futex_wait);
	pass_unless_clock(program, 5);
	pass_if_null(program, 4);
	stop(program, k_call_wait | 4);
}

static void timer_rules(struct program *program)
{
	rule_for(program, SYS_clock_nanosleep);
	pass_unless_absolute(program, 1);
	pass_unless_clock(program, 0);
	stop(program, k_call_wait | 2);
	rule_for(program, SYS_timerfd_settime);
	pass_unless_absolute(program, 1);
	stop(program, k_call_timerfd);
	rule_for(program, SYS_timer_settime);
	pass_unless_absolute(program, 1);
	stop(program, k_call_timer);
	rule_for(program, SYS_mq_timedsend);
	pass_if_null(program, 4);
	stop(program, k_call_wait | 4);
	rule_for(program, SYS_mq_timedreceive);
	pass_if_null(program, 4);
	stop(program, k_call_wait | 4);
}

static void clock_rules(struct program *program)
{
	rule_for(program, SYS_clock_gettime);
	load(program, low(5));
	jump(program, BPF_JEQ, CLOCK_STUB_PASS, 0, 1);
	result(program, SECCOMP_RET_ALLOW);
	pass_unless_clock(program, 0);
	stop(program, k_call_gettime);
	rule_for(program, SYS_gettimeofday);
	pass_if_null(program, 0);
	stop(program, k_call_gettimeofday);
#ifdef SYS_time
	rule_for(program, SYS_time);
	stop(program, k_call_time);
#endif
}

int filter_clock_calls(void)
{
	static struct program program;
	struct sock_fprog filter = { 0, program.code };

	program.length = 0;
	load(&program, offsetof(struct seccomp_data, arch));
	jump(&program, BPF_JEQ, OWN_MACHINE, 1, 0);
	result(&program, SECCOMP_RET_ALLOW);
	futex_rules(&program);
	timer_rules(&program);
	clock_rules(&program);
	result(&program, SECCOMP_RET_ALLOW);
	filter.len = program.length;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, k_allow_speculation, &filter) ? -1 : 0;
}
