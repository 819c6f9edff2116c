/* The launcher's third role; its first is in launcher.c. */
#pragma once

/* Returns the exit code when its standard input ends. */
int handover(int cgroup_fd, int channel_fd);

/* Says, in a line, which of `repair` and `freeze` this machine lacks for it. */
int try_handover(int cgroup_fd);
