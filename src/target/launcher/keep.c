/*
 * Takes Reprise's place between the app and its servers when Reprise is dead: passes bytes on in both directions, with
 * backpressure, half-close and resets. It never looks at what it passes on.
 *
 * Only where Reprise was no more than a pipe: as many bytes must have gone out on either side as were read on the other.
 * What it had read and not yet written died with it, and the connection is reset.
 */
#define _GNU_SOURCE
#include "keep.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	k_piece = 64 << 10,
	k_least_room = 64,
	k_established = 1,
	k_fin_wait1 = 4,
	k_fin_wait2 = 5,
	k_close_wait = 8,
};

/* What one end has said and the other not yet heard. */
struct way {
	uint8_t *bytes;
	int from;
	int to;
	int has_ended; /* a FIN has come */
	int is_shut; /* and has been passed on */
};

struct kept {
	unsigned number;
	int ends[2]; /* the app's connection, and the server's */
	struct way ways[2]; /* from the one to the other, and back */
};

static struct kept *all;
static int count, room;

static int has_room(void)
{
	struct rlimit files;
	struct kept *more;

	if (count < room)
		return 1;
	if (!room && !getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	more = realloc(all, (room ? 2 * room : k_least_room) * sizeof *all);
	if (!more)
		return 0;
	all = more;
	room = room ? 2 * room : k_least_room;
	return 1;
}

/* 0 if nothing is there. */
static int take_one(int channel)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	char text[16];
	struct iovec vector = { text, sizeof text - 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	ssize_t length = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *head = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	struct kept next = { 0 };

	if (length <= 0)
		return 0;
	text[length] = 0;
	next.number = strtoul(text, NULL, 10);
	if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof next.ends))
		return 1;
	memcpy(next.ends, CMSG_DATA(head), sizeof next.ends);
	if (has_room()) {
		all[count++] = next;
		return 1;
	}
	close(next.ends[0]);
	close(next.ends[1]);
	return 1;
}

void take_kept(int channel)
{
	while (take_one(channel))
		;
}

static void end_of_kept(int index)
{
	for (int end = 0; end < 2; end++) {
		close(all[index].ends[end]);
		free(all[index].ways[end].bytes);
	}
	all[index] = all[--count];
}

void let_go(unsigned number)
{
	for (int index = count - 1; index >= 0; index--)
		if (all[index].number == number)
			return end_of_kept(index);
}

static void reset(int index)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct linger at_once = { .l_onoff = 1 };

	/* At once, although Reprise may be dying still with the same sockets in its hands. */
	for (int end = 0; end < 2; end++) {
		setsockopt(all[index].ends[end], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		connect(all[index].ends[end], &none, sizeof none);
	}
	end_of_kept(index);
}

static int info_of(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof *info;

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) && length >= sizeof *info;
}

/* How many bytes were read from it, and how many written to it; 0 if that cannot be known. */
static int counts_of(int fd, uint64_t *taken, uint64_t *given)
{
	struct tcp_info info, after;
	int unread;

	/* What comes between the questions is unread, and not in the first answer. */
	do
		if (!info_of(fd, &info) || ioctl(fd, SIOCINQ, &unread) || !info_of(fd, &after))
			return 0;
	while (info.tcpi_bytes_received != after.tcpi_bytes_received || info.tcpi_state != after.tcpi_state);
	if (info.tcpi_state != k_established && info.tcpi_state != k_close_wait && info.tcpi_state != k_fin_wait1 &&
	    info.tcpi_state != k_fin_wait2)
		return 0;
	/* A FIN has a number too. */
	*taken = info.tcpi_bytes_received - (info.tcpi_state == k_close_wait) - unread;
	*given = info.tcpi_bytes_sent - info.tcpi_bytes_retrans + info.tcpi_notsent_bytes;
	return 1;
}

static int has_all_passed(const struct kept *kept)
{
	uint64_t taken[2], given[2];

	return counts_of(kept->ends[0], &taken[0], &given[0]) && counts_of(kept->ends[1], &taken[1], &given[1]) &&
	       taken[0] == given[1] && taken[1] == given[0];
}

/* Reads until nothing is there or something waits; 0 if the connection is broken. */
static int take(struct way *way, int fd)
{
	ssize_t got;

	if (!way->bytes && !(way->bytes = malloc(k_piece)))
		return 0;
	got = recv(fd, way->bytes, k_piece, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	way->from = 0;
	way->to = got;
	way->has_ended = !got;
	return 1;
}

static int give(struct way *way, int fd)
{
	while (way->from < way->to) {
		ssize_t put = send(fd, way->bytes + way->from, way->to - way->from, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (put < 0)
			return errno == EAGAIN || errno == EINTR;
		way->from += put;
	}
	if (way->has_ended && !way->is_shut) {
		way->is_shut = 1;
		shutdown(fd, SHUT_WR);
	}
	return 1;
}

static int is_waiting(const struct way *way)
{
	return way->from < way->to;
}

/* What is to be waited for at one of its ends. */
static struct pollfd wish_of(const struct kept *kept, int end)
{
	const struct way *out = &kept->ways[end], *in = &kept->ways[!end];
	short events = (is_waiting(out) || out->has_ended ? 0 : POLLIN) | (is_waiting(in) ? POLLOUT : 0);

	/* With nothing to wait for only its failure counts, and that of a half that has ended is none. */
	return (struct pollfd){ .fd = events ? kept->ends[end] : -1, .events = events };
}

/* 0 if the connection is to be reset. */
static int pass(struct kept *kept, const struct pollfd *ready)
{
	for (int end = 0; end < 2; end++) {
		struct way *out = &kept->ways[end];

		if (ready[end].revents & (POLLIN | POLLERR | POLLHUP) && !is_waiting(out) && !out->has_ended &&
		    !take(out, kept->ends[end]))
			return 0;
	}
	return give(&kept->ways[0], kept->ends[1]) && give(&kept->ways[1], kept->ends[0]);
}

static int is_over(const struct kept *kept)
{
	return kept->ways[0].is_shut && kept->ways[1].is_shut;
}

void pass_on(void)
{
	struct pollfd *ready = calloc(2 * (count ? count : 1), sizeof *ready);

	for (int index = count - 1; index >= 0; index--)
		if (!ready || !has_all_passed(&all[index]))
			reset(index);
	while (count > 0) {
		for (int index = 0; index < count; index++)
			for (int end = 0; end < 2; end++)
				ready[2 * index + end] = wish_of(&all[index], end);
		if (poll(ready, 2 * count, -1) < 0 && errno != EINTR)
			return;
		/* From the last on, whose place one that is over gets. */
		for (int index = count - 1; index >= 0; index--) {
			if (!pass(&all[index], ready + 2 * index))
				reset(index);
			else if (is_over(&all[index]))
				end_of_kept(index);
		}
	}
	free(ready);
}
