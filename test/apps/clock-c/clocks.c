/* Says what time it is by every way there is, how long waits until an instant took, what asking costs: `name value` lines. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long monotonic_us(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static struct timespec after_ms(clockid_t clock, long ms)
{
	struct timespec at;

	clock_gettime(clock, &at);
	at.tv_nsec += ms % 1000 * 1000000;
	at.tv_sec += ms / 1000 + at.tv_nsec / 1000000000;
	at.tv_nsec %= 1000000000;
	return at;
}

static void told(const char *name, clockid_t clock)
{
	struct timespec at = { 0, -1 };

	clock_gettime(clock, &at);
	printf("%s %lld\n", name, (long long)at.tv_sec);
}

static void tell(void)
{
	struct timespec raw = { 0, 0 };
	struct timeval of_day = { 0, 0 };
	time_t also = 0;

	told("realtime", CLOCK_REALTIME);
	told("coarse", CLOCK_REALTIME_COARSE);
	told("tai", CLOCK_TAI);
	told("monotonic", CLOCK_MONOTONIC);
	told("boottime", CLOCK_BOOTTIME);
	gettimeofday(&of_day, NULL);
	printf("gettimeofday %lld\n", (long long)of_day.tv_sec);
	printf("time %lld\n", (long long)time(&also));
	printf("time-also %lld\n", (long long)also);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &raw);
	printf("raw-realtime %lld\n", (long long)raw.tv_sec);
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &raw);
	printf("raw-monotonic %lld\n", (long long)raw.tv_sec);
	syscall(SYS_gettimeofday, &of_day, NULL);
	printf("raw-gettimeofday %lld\n", (long long)of_day.tv_sec);
#ifdef SYS_time
	printf("raw-time %lld\n", (long long)syscall(SYS_time, NULL));
#endif
	syscall(SYS_clock_gettime, CLOCK_REALTIME, (void *)16);
	printf("raw-bad %d\n", errno);
}

static void waited(const char *name, long long from, int result)
{
	printf("%s %lld %d\n", name, (monotonic_us() - from) / 1000, result);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

struct lock {
	pthread_mutex_t *mutex;
	struct timespec *until;
};

static void *lock_until(void *lock)
{
	pthread_mutex_timedlock(((struct lock *)lock)->mutex, ((struct lock *)lock)->until);
	return NULL;
}

static void *ring(void *main_thread)
{
	struct timespec pause = { 0, 50000000 };

	nanosleep(&pause, NULL);
	pthread_kill(*(pthread_t *)main_thread, SIGUSR1);
	return NULL;
}

static void wait_for_lock(long ms)
{
	pthread_mutexattr_t inheriting;
	pthread_mutex_t mutex;
	struct timespec until;
	long long from;
	pthread_t other;

	pthread_mutexattr_init(&inheriting);
	pthread_mutexattr_setprotocol(&inheriting, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&mutex, &inheriting);
	pthread_mutex_lock(&mutex);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	/* Who holds it already would be told of a deadlock. */
	pthread_create(&other, NULL, lock_until, &(struct lock){ &mutex, &until });
	pthread_join(other, NULL);
	waited("inheriting", from, 0);
}

/* Stopped and continued by another process meanwhile. */
static void wait_stopped(long ms)
{
	struct timespec until = after_ms(CLOCK_REALTIME, ms);
	long long from = monotonic_us();
	pid_t self = getpid(), other = fork();

	if (!other) {
		usleep(50000);
		kill(self, SIGSTOP);
		usleep(50000);
		kill(self, SIGCONT);
		_exit(0);
	}
	waited("stopped", from, clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL));
	waitpid(other, NULL, 0);
}

static void wait_timers(long ms)
{
	struct itimerspec once = { { 0, 0 }, after_ms(CLOCK_REALTIME, ms) };
	int fd = timerfd_create(CLOCK_REALTIME, 0), monotonic = timerfd_create(CLOCK_MONOTONIC, 0);
	struct sigevent silent = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	long long from = monotonic_us();
	uint64_t times;
	timer_t timer;
	sigset_t set;
	int got = 0;

	timerfd_settime(fd, TFD_TIMER_ABSTIME, &once, NULL);
	waited("timerfd", from, read(fd, &times, sizeof times) == sizeof times);
	once.it_value = after_ms(CLOCK_MONOTONIC, ms);
	from = monotonic_us();
	timerfd_settime(monotonic, TFD_TIMER_ABSTIME, &once, NULL);
	waited("timerfd-monotonic", from, read(monotonic, &times, sizeof times) == sizeof times);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	timer_create(CLOCK_REALTIME, &silent, &timer);
	once.it_value = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	timer_settime(timer, TIMER_ABSTIME, &once, NULL);
	sigwait(&set, &got);
	waited("timer", from, got == SIGUSR2);
}

static void wait_all(long ms)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, taken = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	struct timespec until = after_ms(CLOCK_REALTIME, ms), same = until;
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	pthread_t self = pthread_self(), other;
	long long from = monotonic_us();
	char name[64], byte[8];
	uint32_t word = 0;
	sem_t semaphore;

	pthread_mutex_lock(&mutex);
	waited("cond", from, pthread_cond_timedwait(&condition, &mutex, &until));
	printf("kept %d\n", !memcmp(&same, &until, sizeof same));
	sem_init(&semaphore, 0, 0);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	waited("sem", from, sem_timedwait(&semaphore, &until) ? errno : 0);
	pthread_mutex_lock(&taken);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	waited("mutex", from, pthread_mutex_timedlock(&taken, &until));
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	waited("nanosleep", from, clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL));
	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&other, NULL, ring, &self);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	do /* as a program does that was interrupted */
		errno = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
	while (errno == EINTR);
	waited("interrupted", from, errno);
	pthread_join(other, NULL);
	pthread_create(&other, NULL, ring, &self);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	/* The kernel begins this one again by itself. */
	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &until, NULL, FUTEX_BITSET_MATCH_ANY);
	waited("restarted", from, errno);
	pthread_join(other, NULL);
	snprintf(name, sizeof name, "/clocks-%d", getpid());
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, &(struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 8 });

	mq_unlink(name);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	waited("mq", from, mq_timedreceive(queue, byte, sizeof byte, NULL, &until) < 0 ? errno : 0);
	/* This one is begun again by the kernel, which looks at the instant again. */
	pthread_create(&other, NULL, ring, &self);
	until = after_ms(CLOCK_REALTIME, ms);
	from = monotonic_us();
	waited("mq-again", from, mq_timedreceive(queue, byte, sizeof byte, NULL, &until) < 0 ? errno : 0);
	pthread_join(other, NULL);
	wait_for_lock(ms);
	wait_stopped(ms);
	wait_timers(ms);
	from = monotonic_us();
	usleep(ms * 1000);
	waited("usleep", from, 0);
}

/* In this program's own time, whatever else runs. */
static double ns_of(int which)
{
	struct timespec at, from, to;
	struct timeval of_day;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (int i = 0; i < 2000000; i++) {
		if (which == 0)
			clock_gettime(CLOCK_REALTIME, &at);
		else if (which == 1)
			gettimeofday(&of_day, NULL);
		else
			clock_gettime(CLOCK_MONOTONIC, &at);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec) / 2e6;
}

int main(int count, char **arguments)
{
	const char *what = count > 1 ? arguments[1] : "tell";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(what, "wait"))
		wait_all(300);
	else if (!strcmp(what, "cost"))
		printf("clock_gettime %.1f\ngettimeofday %.1f\nmonotonic %.1f\n", ns_of(0), ns_of(1), ns_of(2));
	else
		tell();
	return 0;
}
