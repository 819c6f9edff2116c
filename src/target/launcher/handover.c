/*
 * Gives connections of the app that pass through the proxy back to the app's own sockets, some at a time, while the app is
 * frozen, and holds the others, so that they go on whatever happens to Reprise.
 *
 *     launcher --handover CGROUP_FD CHANNEL_FD
 *
 * On its standard input and output, a line each:
 *     batch PID ACCEPTED UPSTREAM [ACCEPTED UPSTREAM...]   descriptors of process PID; connections are counted from 0
 *     < quiet [N...]           the app is frozen, nothing is on its way on these; no N: it has gone on already
 *     go [N...]                the proxy does nothing with these from here on
 *     < at [N:SENT:RECEIVED:ADDRESS:PORT...]   the number of the next byte each way, and the end that the app will have
 *     commit
 *     < done [N:moved|kept|lost...]            the app goes on; `lost`: it is cut off
 *     drop NUMBER                              at any time: that connection is not to be held any more
 *     end                                      Reprise goes, and all is over
 *
 * Through the channel come connections that are to outlive Reprise: a number, with their two descriptors.
 *
 * An answer that takes too long is none: the app goes on, and all stay with the proxy. If the input ends without a word,
 * or the kernel tells so (dying.c), Reprise is dead, and what is kept goes on through here (keep.c). Its counterpart is
 * src/target/handover.ts.
 */
#define _GNU_SOURCE
#include "handover.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "keep.h"
#include "kernel-files.h"
#include "members.h"
#include "orders.h"
#include "rewind.h"
#include "transplant.h"

enum {
	k_most = 64,
	k_freeze_ms = 50,
	k_quiet_us = 4000,
	k_look_us = 100,
	k_answer_ms = 50,
	k_urgent = -20,
	k_sys_pidfd_open = 434,
	k_sys_pidfd_getfd = 438,
};

struct candidate {
	struct relayed sockets;
	struct end client;
	int process; /* of the app, in which it has that number; 0 if nobody has it */
	int fd;
	struct image image;
	int is_chosen;
};

struct batch {
	struct candidate all[k_most];
	int count;
};

static long now_us(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000000L + at.tv_nsec / 1000;
}

static int fetch(int pidfd, int fd)
{
	return syscall(k_sys_pidfd_getfd, pidfd, fd, 0);
}

static int is_same(const struct end *a, const struct end *b)
{
	return a->port == b->port && !memcmp(a->address, b->address, sizeof a->address);
}

/* Where a socket of the app's is found that is the other end of one of ours. */
static void find(struct batch *batch, int process, int pidfd, int fd)
{
	/* Held no longer than that: if the app closed it meanwhile, it would not be closed. */
	int copy = fetch(pidfd, fd);
	struct end own;
	int is_known = copy >= 0 && !end_of(copy, 0, &own);

	if (copy >= 0)
		close(copy);
	for (int i = 0; is_known && i < batch->count; i++) {
		struct candidate *each = &batch->all[i];

		if (each->process || !is_same(&own, &each->client))
			continue;
		each->process = process;
		each->fd = fd;
		return;
	}
}

static void search_process(int pid, void *context)
{
	char path[64], target[32];
	int pidfd = syscall(k_sys_pidfd_open, pid, 0);
	struct dirent *entry;
	DIR *files;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	files = pidfd < 0 ? NULL : opendir(path);
	while (files && (entry = readdir(files))) {
		ssize_t length = readlinkat(dirfd(files), entry->d_name, target, sizeof target);

		if (length > 8 && !memcmp(target, "socket:[", 8))
			find(context, pid, pidfd, atoi(entry->d_name));
	}
	if (files)
		closedir(files);
	if (pidfd >= 0)
		close(pidfd);
}

/* With the app frozen: what was found, if it is there still. */
static void take_found(struct batch *batch)
{
	for (int i = 0; i < batch->count; i++) {
		struct candidate *each = &batch->all[i];
		int pidfd = each->process ? (int)syscall(k_sys_pidfd_open, each->process, 0) : -1;
		struct end own;

		if (pidfd < 0)
			continue;
		each->sockets.app = fetch(pidfd, each->fd);
		close(pidfd);
		if (each->sockets.app < 0 || (!end_of(each->sockets.app, 0, &own) && is_same(&own, &each->client)))
			continue;
		close(each->sockets.app);
		each->sockets.app = -1;
	}
}

static void take_batch(struct batch *batch, char *line)
{
	char *rest = NULL;
	char *word = strtok_r(line, " ", &rest);
	int pidfd;

	batch->count = 0;
	word = word && !strcmp(word, "batch") ? strtok_r(NULL, " ", &rest) : NULL;
	pidfd = word ? (int)syscall(k_sys_pidfd_open, atoi(word), 0) : -1;
	while (pidfd >= 0 && batch->count < k_most && (word = strtok_r(NULL, " ", &rest))) {
		struct candidate *next = &batch->all[batch->count++];

		memset(next, 0, sizeof *next);
		next->sockets.app = -1;
		next->sockets.accepted = fetch(pidfd, atoi(word));
		word = strtok_r(NULL, " ", &rest);
		next->sockets.upstream = word ? fetch(pidfd, atoi(word)) : -1;
		if (end_of(next->sockets.accepted, 1, &next->client))
			memset(&next->client, 0, sizeof next->client);
	}
	if (pidfd >= 0)
		close(pidfd);
}

/* Before the app goes on: what it closes is to be closed. */
static void drop_found(struct batch *batch)
{
	for (int i = 0; i < batch->count; i++) {
		if (batch->all[i].sockets.app >= 0)
			close(batch->all[i].sockets.app);
		batch->all[i].sockets.app = -1;
	}
}

static void drop_batch(struct batch *batch)
{
	for (int i = 0; i < batch->count; i++) {
		const struct relayed *sockets = &batch->all[i].sockets;

		if (sockets->accepted >= 0)
			close(sockets->accepted);
		if (sockets->upstream >= 0)
			close(sockets->upstream);
	}
}

/* The kernel raises POLLPRI on cgroup.events whenever it reads otherwise than before. */
static int freeze(int cgroup_fd)
{
	struct pollfd events = { .fd = openat(cgroup_fd, "cgroup.events", O_RDONLY | O_CLOEXEC), .events = POLLPRI };
	long last = now_us() + k_freeze_ms * 1000;
	int is_frozen = 0;
	char text[256];

	if (events.fd < 0 || !write_at(cgroup_fd, "cgroup.freeze", "1")) {
		if (events.fd >= 0)
			close(events.fd);
		return 0;
	}
	while (!is_frozen && now_us() < last) {
		ssize_t length = pread(events.fd, text, sizeof text - 1, 0);

		text[length > 0 ? length : 0] = 0;
		is_frozen = strstr(text, "frozen 1") != NULL;
		if (!is_frozen)
			poll(&events, 1, 1);
	}
	close(events.fd);
	return is_frozen;
}

static void thaw(int cgroup_fd)
{
	write_at(cgroup_fd, "cgroup.freeze", "0");
}

/* The proxy goes on meanwhile, so that what is on its way arrives. */
static int choose_quiet(struct batch *batch)
{
	long last = now_us() + k_quiet_us;
	int chosen = 0, wanted = 0;

	for (int i = 0; i < batch->count; i++)
		wanted += batch->all[i].sockets.app >= 0 && batch->all[i].sockets.upstream >= 0;
	do {
		chosen = 0;
		for (int i = 0; i < batch->count; i++) {
			struct candidate *each = &batch->all[i];

			each->is_chosen = each->sockets.app >= 0 && each->sockets.upstream >= 0 && is_quiet(&each->sockets);
			chosen += each->is_chosen;
		}
		if (chosen < wanted)
			usleep(k_look_us);
	} while (chosen < wanted && now_us() < last);
	return chosen;
}

/* Those that the proxy names too. */
static void keep_named(struct batch *batch, char *line)
{
	int is_named[k_most] = { 0 };
	char *rest = NULL;
	char *word = strtok_r(line, " ", &rest);

	while (word && (word = strtok_r(NULL, " ", &rest)))
		if (atoi(word) >= 0 && atoi(word) < k_most)
			is_named[atoi(word)] = 1;
	for (int i = 0; i < batch->count; i++)
		batch->all[i].is_chosen &= is_named[i];
}

static void append(char *line, const char *text)
{
	strncat(line, text, k_line_bytes - strlen(line) - 1);
}

static void say_quiet(const struct batch *batch)
{
	char line[k_line_bytes] = "quiet", word[16];

	for (int i = 0; i < batch->count; i++) {
		if (!batch->all[i].is_chosen)
			continue;
		snprintf(word, sizeof word, " %d", i);
		append(line, word);
	}
	append(line, "\n");
	say(line);
}

static void say_images(struct batch *batch)
{
	char line[k_line_bytes] = "at", word[128], address[INET6_ADDRSTRLEN];

	for (int i = 0; i < batch->count; i++) {
		struct candidate *each = &batch->all[i];
		const uint8_t *bytes = each->image.local.address;

		if (!each->is_chosen || !(each->is_chosen = take_image(&each->sockets, &each->image)))
			continue;
		if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)bytes))
			inet_ntop(AF_INET, bytes + 12, address, sizeof address);
		else
			inet_ntop(AF_INET6, bytes, address, sizeof address);
		snprintf(word, sizeof word, " %d/%u/%u/%s/%u", i, each->image.sent, each->image.received, address,
			 each->image.local.port);
		append(line, word);
	}
	append(line, "\n");
	say(line);
}

static void commit(struct batch *batch, char *done)
{
	static const char *const names[] = { "kept", "moved", "lost" };
	char word[32];

	for (int i = 0; i < batch->count; i++) {
		struct candidate *each = &batch->all[i];

		if (!each->is_chosen)
			continue;
		struct image last;
		int is_same_still = take_image(&each->sockets, &last) && last.sent == each->image.sent &&
				    last.received == each->image.received;

		snprintf(word, sizeof word, " %d/%s", i,
			 names[is_same_still ? transplant(&each->sockets, &last) : transplanted_kept]);
		append(done, word);
	}
}

/* With the app frozen; what is to be said when it is not. */
static void hand_over(struct batch *batch, char *line, char *done)
{
	if (!choose_quiet(batch))
		return say("quiet\n");
	say_quiet(batch);
	if (read_line(line, k_answer_ms) < 0)
		return;
	keep_named(batch, line);
	say_images(batch);
	if (read_line(line, k_answer_ms) >= 0 && !strcmp(line, "commit"))
		commit(batch, done);
}

static void try(struct batch *batch, int cgroup_fd, char *line, char *done)
{
	take_batch(batch, line);
	each_process(cgroup_fd, search_process, batch);
	if (freeze(cgroup_fd)) {
		take_found(batch);
		hand_over(batch, line, done);
		drop_found(batch);
		begin_again(cgroup_fd);
	} else {
		say("quiet\n");
	}
	thaw(cgroup_fd);
	drop_batch(batch);
}

int handover(int cgroup_fd, int channel_fd)
{
	static struct batch batch;
	char line[k_line_bytes], done[k_line_bytes];

	/* Out of reach of what ends Reprise, for as long as the app is frozen or goes through here. */
	for (int signal_number = 1; signal_number < 65; signal_number++)
		signal(signal_number, SIG_IGN);
	hear_from(channel_fd);
	setsid();
	/* What it has to do is little and soon: the app is frozen, or a connection not yet held. Where that is refused, its turn. */
	setpriority(PRIO_PROCESS, 0, k_urgent);
	write_at(cgroup_fd, "../cgroup.procs", "0");
	while (read_line(line, -1) >= 0) {
		if (!strcmp(line, "end"))
			return 0;
		if (strncmp(line, "batch ", 6))
			continue;
		strcpy(done, "done");
		try(&batch, cgroup_fd, line, done);
		append(done, "\n");
		say(done);
	}
	fall_silent();
	setpriority(PRIO_PROCESS, 0, 0);
	pass_on();
	return 0;
}

int try_handover(int cgroup_fd)
{
	int can_freeze = write_at(cgroup_fd, "cgroup.freeze", "1") && write_at(cgroup_fd, "cgroup.freeze", "0");

	say(can_transplant() ? "" : "repair ");
	say(can_freeze ? "\n" : "freeze\n");
	return 0;
}
