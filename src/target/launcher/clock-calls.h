/* System calls that the filter has stopped, put into the app's time: clock-calls.c. */
#pragma once
#include <time.h>
#include <sys/types.h>

/* The app's time: the real one and this, or only this. */
struct app_time {
	struct timespec shift;
	int is_frozen;
};

/* What `clock` shows the app at this moment. */
struct timespec app_clock(const struct app_time *time, clockid_t clock);

/* A task in a stop of the filter's; 1 if its call's end is to be stopped at as well, for `end_call`. */
int begin_call(pid_t task, const struct app_time *time);

/* A task at the end of such a call. */
void end_call(pid_t task);

/* A task that is gone, or another program. */
void forget_call(pid_t task);
