/* The processes of the app, wherever below its cgroup they are: service managers and container engines make cgroups. */
#define _GNU_SOURCE
#include "members.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { k_most_depth = 16 };

static void in_one(int cgroup_fd, void (*found)(int, void *), void *context)
{
	int fd = openat(cgroup_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
	int pid;

	while (list && fscanf(list, "%d", &pid) == 1)
		if (pid > 0)
			found(pid, context);
	if (list)
		fclose(list);
}

static void below(int cgroup_fd, int depth, void (*found)(int, void *), void *context)
{
	int own = openat(cgroup_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;

	in_one(cgroup_fd, found, context);
	while (entries && depth < k_most_depth && (entry = readdir(entries))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		int inner = openat(cgroup_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (inner < 0)
			continue;
		below(inner, depth + 1, found, context);
		close(inner);
	}
	if (entries)
		closedir(entries);
}

void each_process(int cgroup_fd, void (*found)(int process, void *context), void *context)
{
	below(cgroup_fd, 0, found, context);
}
