/* The launcher's third role; its first is in launcher.c. */
#pragma once

/* Returns the exit code when its standard input ends. */
int handover(int cgroup_fd, int channel_fd);
