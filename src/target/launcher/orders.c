/*
 * What handover.c is told and says, line by line. What is to be held or let go may come at any time, also while an answer is
 * waited for, and is done at once. Once Reprise is dying there is only what it has said before.
 */
#define _GNU_SOURCE
#include "orders.h"
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "dying.h"
#include "keep.h"

static int channel = -1, death = -1;
static int is_dead;

void hear_from(int channel_fd)
{
	channel = channel_fd;
	death = watch_for_death();
}

/* The end of its pipes may come much later. */
static void hear_of_death(void)
{
	if (!is_dying(death))
		return;
	is_dead = 1;
	death = -1;
}

/* A line without its end, or -1 if none comes in time, or ever. */
static int next_line(char *line, int timeout_ms)
{
	static char input[k_line_bytes];
	static int from, to;

	for (int length = 0; length < k_line_bytes - 1;) {
		struct pollfd ready[3] = { { .fd = 0, .events = POLLIN },
					   { .fd = channel, .events = POLLIN },
					   { .fd = death, .events = POLLIN } };

		if (from == to) {
			if (poll(ready, 3, is_dead ? 0 : timeout_ms) <= 0)
				return -1;
			if (ready[2].revents)
				hear_of_death();
			/* What is to be let go was to be held before. */
			take_kept(channel);
			if (ready[1].revents & POLLHUP)
				channel = -1;
			if (!ready[0].revents)
				continue;
			from = 0;
			to = read(0, input, sizeof input);
			if (to <= 0)
				return to = 0, -1;
		}
		line[length] = input[from++];
		if (line[length] == '\n') {
			line[length] = 0;
			return length;
		}
		length++;
	}
	return -1;
}

/* 1 if it is about a connection that is only to be let go, which may come at any time. */
static int is_heeded(const char *line)
{
	unsigned number;

	if (sscanf(line, "drop %u", &number) != 1)
		return 0;
	let_go(number);
	return 1;
}

int read_line(char *line, int timeout_ms)
{
	int length;

	do
		length = next_line(line, timeout_ms);
	while (length >= 0 && is_heeded(line));
	return length;
}

void say(const char *line)
{
	/* If nobody hears it any more, nobody answers either; the app may be frozen, and is not to be left so. */
	if (write(1, line, strlen(line)) < 0)
		return;
}

void fall_silent(void)
{
	int none = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(none, fd);
}
