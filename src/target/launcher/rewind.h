/* System calls that a freeze has broken off, begun again; used by handover.c. */
#pragma once

/* For every thread of that frozen cgroup that would otherwise be told of an interruption that no signal made. */
void begin_again(int cgroup_fd);
