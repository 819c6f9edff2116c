/*
 * Starts the app under test in the surroundings it is recorded or replayed in, then becomes it. Static and without
 * dependencies: it runs from a memfd on any host, before the app's user, files and signals are what they will be.
 *
 *     launcher [options] -- COMMAND [ARGUMENT...]
 *       --status-fd N     a pipe: on failure `stage NUL reason newline` is written there; its end without a word means
 *                         that the app runs. Stages: arguments, cgroup, mount namespace, tmpfs, file, file content,
 *                         groups, gid, uid, cwd, signals, status pipe, clock, exec. The exit code is then 126
 *       --cgroup-fd N     the directory of the cgroup to join
 *       --file DST FD     DST holds, for the app alone, what can be read from FD; may be given many times
 *       --folder DIR      the app sees a copy of DIR, in which files that DIR lacks can be placed; may be given many times
 *       --uid N --gid N --groups N,N,...
 *                         whose rights the app has; what is not given stays as it is
 *       --cwd DIR         where the app starts
 *       --clock-fd N      waits there for a byte: `t`, a tracer holds it that keeps the app's clocks
 *
 * As `launcher --guard …` it is what ends the app when Reprise is killed in a test: guard.c. As `launcher --handover …` it
 * takes the proxy out of connections of the app: handover.c. As `launcher --search …` it looks into a program: search.c.
 * As `launcher --clock …` it has the app live in another time: clock.c.
 *
 * It refuses what it does not know, and to run the app in surroundings that are only half made. It does not die with its
 * parent, nor does the app: an app must go on serving when Reprise is killed. Its counterpart is src/target/.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clock.h"
#include "clock-filter.h"
#include "guard.h"
#include "handover.h"
#include "place.h"
#include "search.h"

enum { k_exit_failed = 126, k_max_groups = 1024 };

struct options {
	int cgroup_fd;
	int clock_fd;
	const char *cwd;
	struct placement placement;
	gid_t groups[k_max_groups];
	int group_count; /* -1: leave them */
	uid_t uid; /* -1, to setresuid and setresgid too: leave it */
	gid_t gid;
	char **command;
};

static int status_fd = -1;

/* Without a status pipe, the reason goes to standard error. */
static void fail_with(const char *stage, const char *reason)
{
	if (status_fd >= 0)
		dprintf(status_fd, "%s%c%s\n", stage, 0, reason);
	else
		dprintf(2, "launcher: %s: %s\n", stage, reason);
	_exit(k_exit_failed);
}

void fail(const char *stage)
{
	fail_with(stage, strerror(errno));
}

void fail_path(const char *stage, const char *path)
{
	char reason[PATH_MAX + 128];

	snprintf(reason, sizeof reason, "%s: %s", path, strerror(errno));
	fail_with(stage, reason);
}

/* A decimal number up to `most` and nothing else; an empty or signed text is refused. */
static unsigned long number(const char *text, unsigned long most, char **rest)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || errno || value > most || (!rest && *end))
		fail_with("arguments", text);
	if (rest)
		*rest = end;
	return value;
}

static void parse_groups(struct options *options, char *text)
{
	options->group_count = 0;
	while (*text) {
		if (options->group_count == k_max_groups)
			fail_with("arguments", "too many groups");
		options->groups[options->group_count++] = number(text, UINT32_MAX - 1, &text);
		if (*text == ',')
			text++;
		else if (*text)
			fail_with("arguments", text);
	}
}

static void add_file(struct placement *placement, const char *path, const char *fd)
{
	if (placement->file_count == k_max_files)
		fail_with("arguments", "too many files");
	struct file *file = &placement->files[placement->file_count++];

	file->path = path;
	file->content_fd = number(fd, INT_MAX, NULL);
	file->mount_fd = -1;
}

static void add_folder(struct placement *placement, const char *path)
{
	if (placement->folder_count == k_max_folders)
		fail_with("arguments", "too many folders");
	placement->folders[placement->folder_count++].path = path;
}

static void parse(struct options *options, int count, char **arguments)
{
	int i = 1;

	for (; i < count && strcmp(arguments[i], "--"); i++) {
		const char *name = arguments[i];
		int is_file = !strcmp(name, "--file");

		if (i + 1 + is_file >= count)
			fail_with("arguments", name);
		char *value = arguments[++i];

		if (is_file)
			add_file(&options->placement, value, arguments[++i]);
		else if (!strcmp(name, "--folder"))
			add_folder(&options->placement, value);
		else if (!strcmp(name, "--status-fd"))
			status_fd = number(value, INT_MAX, NULL);
		else if (!strcmp(name, "--cgroup-fd"))
			options->cgroup_fd = number(value, INT_MAX, NULL);
		else if (!strcmp(name, "--clock-fd"))
			options->clock_fd = number(value, INT_MAX, NULL);
		else if (!strcmp(name, "--groups"))
			parse_groups(options, value);
		else if (!strcmp(name, "--cwd"))
			options->cwd = value;
		else if (!strcmp(name, "--uid"))
			options->uid = number(value, UINT32_MAX - 1, NULL);
		else if (!strcmp(name, "--gid"))
			options->gid = number(value, UINT32_MAX - 1, NULL);
		else
			fail_with("arguments", name);
	}
	if (i + 1 >= count)
		fail_with("arguments", "no command");
	options->command = arguments + i + 1;
}

/* 1 if a tracer holds this process. Without the byte nobody is there who would start an app. */
static int wait_for_tracer(int clock_fd)
{
	char word = 0;

	if (read(clock_fd, &word, 1) != 1)
		fail_with("clock", "nobody is there");
	return word == 't';
}

/* First of all, so that no socket and no child of the app is ever outside. */
static void join_cgroup(int cgroup_fd)
{
	int fd = openat(cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		fail("cgroup");
	close(fd);
}

/* Groups before gid before uid: each needs the rights that the next gives away. */
static void drop_rights(const struct options *options)
{
	if (options->group_count >= 0 && setgroups(options->group_count, options->groups))
		fail("groups");
	if (setresgid(options->gid, options->gid, options->gid))
		fail("gid");
	if (setresuid(options->uid, options->uid, options->uid))
		fail("uid");
}

/* What is ignored or blocked survives exec, and a JavaScript runtime ignores SIGPIPE; an app expects the defaults. */
static void reset_signals(void)
{
	sigset_t none;

	for (int signal_number = 1; signal_number < 65; signal_number++)
		signal(signal_number, SIG_DFL); /* SIGKILL, SIGSTOP and libc's own refuse, rightly */
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL))
		fail("signals");
}

/* Every descriptor above 2 is ours and would keep our sockets and cgroup open in the app. */
static void close_all_but_status(void)
{
	long keep = status_fd < 3 ? 2 : status_fd;

	if (keep > 3 && syscall(SYS_close_range, 3U, (unsigned)keep - 1, 0U) && errno == ENOSYS)
		for (int fd = 3; fd < keep; fd++)
			close(fd);
	if (syscall(SYS_close_range, (unsigned)keep + 1, ~0U, 0U) && errno == ENOSYS)
		for (int fd = keep + 1; fd < 65536; fd++)
			close(fd);
	if (status_fd >= 3 && fcntl(status_fd, F_SETFD, FD_CLOEXEC))
		fail("status pipe");
}

int main(int count, char **arguments)
{
	static struct options options = {
		.cgroup_fd = -1, .clock_fd = -1, .group_count = -1, .uid = -1, .gid = -1
	};
	int is_traced;

	if (count == 4 && !strcmp(arguments[1], "--handover"))
		return handover(number(arguments[2], INT_MAX, NULL), number(arguments[3], INT_MAX, NULL));
	if (count == 3 && !strcmp(arguments[1], "--try-handover"))
		return try_handover(number(arguments[2], INT_MAX, NULL));
	if (count >= 4 && !strcmp(arguments[1], "--search"))
		return search(number(arguments[2], INT_MAX, NULL), number(arguments[3], INT_MAX, NULL), count - 4, arguments + 4);
	if (count == 5 && !strcmp(arguments[1], "--guard"))
		return guard(number(arguments[2], INT_MAX, NULL), number(arguments[3], INT_MAX, NULL), arguments[4]);
	if (count == 3 && !strcmp(arguments[1], "--clock"))
		return shift_clocks(arguments[2]);
	if (count == 2 && !strcmp(arguments[1], "--print-clocks"))
		return print_clocks();
	parse(&options, count, arguments);
	is_traced = options.clock_fd >= 0 && wait_for_tracer(options.clock_fd);
	if (options.cgroup_fd >= 0)
		join_cgroup(options.cgroup_fd);
	if (options.placement.file_count + options.placement.folder_count > 0)
		place(&options.placement);
	/* Where the kernel refuses, the tracer sees and tells it. */
	if (is_traced)
		filter_clock_calls();
	drop_rights(&options);
	if (options.cwd && chdir(options.cwd))
		fail("cwd");
	reset_signals();
	close_all_but_status();
	execvp(options.command[0], options.command);
	fail("exec");
}
