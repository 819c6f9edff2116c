/* The launcher's second role; its first is in launcher.c. */
#pragma once

/* Returns the exit code, as soon as the app may do without a guard or is no more. */
int guard(int pipe_fd, int cgroup_fd, const char *cgroup_name);
