/*
 * Learns at once that Reprise is dying, and has it be over soon.
 *
 * A process lets go of its sockets and pipes when the last of its threads has ended, and the last one also frees all memory.
 * Reprise's threads that stand back for the app take only what is spare of the processors: beside a busy app a killed Reprise
 * would be dying for many seconds, and with it whoever waits at its sockets. The kernel tells when the thread has ended that
 * started us, which stands back for nobody; the others then go first.
 *
 * Where it does not tell, the end of Reprise's pipes is all that our callers hear.
 */
#define _GNU_SOURCE
#include "dying.h"
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kernel-files.h"

enum { k_exiting = 4, k_urgent = -20 };

/* struct sched_attr as it was first. */
struct standing {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static pid_t reprise;

int watch_for_death(void)
{
	sigset_t told;

	reprise = getppid();
	sigemptyset(&told);
	sigaddset(&told, SIGRTMIN);
	/* What is blocked is kept for us although it is ignored. */
	if (sigprocmask(SIG_BLOCK, &told, NULL) || prctl(PR_SET_PDEATHSIG, SIGRTMIN))
		return -1;
	return signalfd(-1, &told, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Anybody may send signals: what counts is what the process does. One that is no more has no flags. */
static int is_exiting(pid_t process)
{
	char path[64], text[512];
	unsigned flags = k_exiting;
	const char *fields;

	snprintf(path, sizeof path, "/proc/%d/stat", process);
	fields = read_stat(path, text, sizeof text);
	if (fields && sscanf(fields, " %*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		return 0;
	return (flags & k_exiting) != 0;
}

static void hurry(pid_t process)
{
	const struct standing first = { .size = sizeof first, .nice = k_urgent };
	struct dirent *entry;
	char path[64];
	DIR *threads;

	snprintf(path, sizeof path, "/proc/%d/task", process);
	threads = opendir(path);
	while (threads && (entry = readdir(threads)))
		if (atoi(entry->d_name) > 0)
			syscall(SYS_sched_setattr, atoi(entry->d_name), &first, 0);
	if (threads)
		closedir(threads);
}

int is_dying(int watch_fd)
{
	struct signalfd_siginfo told;

	while (read(watch_fd, &told, sizeof told) > 0)
		;
	if (!is_exiting(reprise))
		return 0;
	hurry(reprise);
	return 1;
}
