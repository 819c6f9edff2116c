/*
 * Outlives Reprise for a moment, so that an app under test never does: without Reprise its connections would reach the
 * real services.
 *
 *     launcher --guard PIPE_FD CGROUP_FD CGROUP_NAME
 *
 * It waits at a pipe whose other end Reprise alone holds. A byte says that the app has ended; the pipe's end without one,
 * or the kernel (dying.c), says that Reprise is dead: then everything in the cgroup is killed and the cgroup removed.
 * Whatever other descriptors it was started with stay open till then: the links of the kernel's programs among them, so that
 * the redirect leads the app's last attempts to a port that nobody listens on. Its counterpart is src/target/guard.ts.
 */
#define _GNU_SOURCE
#include "guard.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "dying.h"
#include "kernel-files.h"

enum { k_kill_again_ms = 1000 };

/* Out of reach of what ends Reprise: its terminal, its process group, and a cgroup that is killed as a whole. */
static void detach(int cgroup_fd)
{
	for (int signal_number = 1; signal_number < 65; signal_number++)
		signal(signal_number, SIG_IGN);
	setsid();
	/* Where that is refused, the guard stays in Reprise's cgroup. */
	write_at(cgroup_fd, "../cgroup.procs", "0");
}

/* 1 if the app has ended, 0 if Reprise has. */
static int wait_for_word(int pipe_fd)
{
	struct pollfd ready[2] = { { .fd = pipe_fd, .events = POLLIN }, { .fd = watch_for_death(), .events = POLLIN } };
	int is_dead = 0;
	char word;

	for (;;) {
		int count = poll(ready, 2, is_dead ? 0 : -1);

		if (count > 0 && ready[0].revents)
			return read(pipe_fd, &word, 1) == 1;
		if (is_dead)
			return 0;
		/* A word may have been the last that it said. */
		is_dead = count > 0 && is_dying(ready[1].fd);
	}
}

/* The kernel raises POLLPRI on cgroup.events whenever it reads otherwise than before. */
static void wait_until_empty(int cgroup_fd)
{
	struct pollfd events = { .fd = openat(cgroup_fd, "cgroup.events", O_RDONLY | O_CLOEXEC), .events = POLLPRI };
	char text[256];
	ssize_t length;

	while (events.fd >= 0 && (length = pread(events.fd, text, sizeof text - 1, 0)) > 0) {
		text[length] = 0;
		if (strstr(text, "populated 0") || poll(&events, 1, k_kill_again_ms) == 0)
			break;
	}
	if (events.fd >= 0)
		close(events.fd);
}

static void remove_below(int folder)
{
	int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (below < 0)
			continue;
		remove_below(below);
		close(below);
		unlinkat(folder, entry->d_name, AT_REMOVEDIR);
	}
	if (entries)
		closedir(entries);
}

/* The kernel refuses while a process is inside: a launcher that was about to join when the others were killed. */
static int is_removed(int cgroup_fd, const char *name)
{
	int parent = openat(cgroup_fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result;

	if (parent < 0)
		return 1;
	remove_below(cgroup_fd);
	result = unlinkat(parent, name, AT_REMOVEDIR);
	close(parent);
	return !result || errno != EBUSY;
}

int guard(int pipe_fd, int cgroup_fd, const char *cgroup_name)
{
	detach(cgroup_fd);
	if (wait_for_word(pipe_fd))
		return 0;
	do {
		if (!write_at(cgroup_fd, "cgroup.kill", "1"))
			return 1;
		wait_until_empty(cgroup_fd);
	} while (!is_removed(cgroup_fd, cgroup_name));
	return 0;
}
