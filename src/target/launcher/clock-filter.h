/* Which of the app's system calls stop for the tracer, so that they are in its time too: clock-filter.c. */
#pragma once

/* What the tracer is told of a stop: one of these, or `k_call_wait` with the argument that points to a struct timespec. */
enum {
	k_call_gettime = 1,
	k_call_gettimeofday = 2,
	k_call_time = 3,
	k_call_timerfd = 4,
	k_call_timer = 5,
	k_call_wait = 0x100,
};

/* For this process and all that it starts; not 0: the kernel refuses, and errno says why. */
int filter_clock_calls(void);
