/* The processes of the app: of its cgroup and of those that it has made below. */
#pragma once

/* Calls back for each that is there at that moment. */
void each_process(int cgroup_fd, void (*found)(int process, void *context), void *context);
