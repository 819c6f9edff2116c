/*
 * Takes the proxy out of a connection while both live on: the app's own socket is unbound from the proxy and made the end
 * of the proxy's connection to the server, with its addresses, numbers, options and windows, as checkpointing does it. The
 * kernel says nothing to either side meanwhile.
 *
 * - What the app has not read yet is looked at before and put back after.
 * - Between the two, a packet of the server's finds nobody and would be answered with a reset: a listener at that port, whose
 *   filter drops everything, swallows it, and the server sends it again. So does the app's socket until all is in place,
 *   and from before the last look at its numbers the proxy's: what it acknowledged after that would be lost.
 * - It refuses what is not quiet; its caller sees to it that the app holds still.
 */
#define _GNU_SOURCE
#include "transplant.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "deaf.h"

enum {
	k_repair_on = 1,
	k_repair_off = 0, /* and the far end is asked for an acknowledgement */
	k_repair_off_silently = -1,
	k_queue_receive = 1,
	k_queue_send = 2,
	k_option_mss = 2,
	k_option_window = 3,
	k_option_sack = 4,
	k_option_timestamps = 8,
	k_info_timestamps = 1,
	k_info_sack = 2,
	k_info_window = 4,
	k_established = 1,
	k_siocinq = 0x541B,
	k_siocoutq = 0x5411,
	k_most_unread = 4 << 20,
	k_most_user_mss = 32767,
};

struct repair_option {
	uint32_t code;
	uint32_t value;
};

union any_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static const uint8_t k_mapped[12] = { [10] = 0xff, [11] = 0xff };

static int set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

static int get(int fd, int level, int option, int *value)
{
	socklen_t length = sizeof *value;

	return getsockopt(fd, level, option, value, &length);
}

static int family_of(int fd)
{
	int family = -1;

	get(fd, SOL_SOCKET, SO_DOMAIN, &family);
	return family;
}

int end_of(int fd, int is_remote, struct end *end)
{
	union any_address address;
	socklen_t length = sizeof address;

	if (is_remote ? getpeername(fd, &address.any, &length) : getsockname(fd, &address.any, &length))
		return -1;
	memset(end, 0, sizeof *end);
	if (address.any.sa_family == AF_INET6) {
		memcpy(end->address, &address.v6.sin6_addr, 16);
		end->port = ntohs(address.v6.sin6_port);
		return 0;
	}
	if (address.any.sa_family != AF_INET)
		return -1;
	memcpy(end->address, k_mapped, 12);
	memcpy(end->address + 12, &address.v4.sin_addr, 4);
	end->port = ntohs(address.v4.sin_port);
	return 0;
}

/* The length of the address, or 0 where a socket of that family has none for this end. */
static socklen_t put_end(union any_address *address, int family, const struct end *end)
{
	memset(address, 0, sizeof *address);
	address->any.sa_family = family;
	if (family == AF_INET6) {
		memcpy(&address->v6.sin6_addr, end->address, 16);
		address->v6.sin6_port = htons(end->port);
		return sizeof address->v6;
	}
	memcpy(&address->v4.sin_addr, end->address + 12, 4);
	address->v4.sin_port = htons(end->port);
	return memcmp(end->address, k_mapped, 12) ? 0 : sizeof address->v4;
}

static int waiting(int fd, int which)
{
	int bytes = -1;

	return ioctl(fd, which, &bytes) ? -1 : bytes;
}

static int is_established(int fd)
{
	struct tcp_info info;
	socklen_t length = sizeof info;

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) && info.tcpi_state == k_established;
}

int is_quiet(const struct relayed *relayed)
{
	return is_established(relayed->app) && is_established(relayed->accepted) && is_established(relayed->upstream) &&
	       !waiting(relayed->accepted, k_siocinq) && !waiting(relayed->upstream, k_siocinq) &&
	       !waiting(relayed->upstream, k_siocoutq);
}

/* In repair: the number of the next byte of one direction. */
static int number_of(int fd, int queue, uint32_t *number)
{
	int value;

	if (set(fd, TCP_REPAIR_QUEUE, queue) || get(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &value))
		return -1;
	*number = value;
	return 0;
}

/* The end of repair forgets whether others may have the socket's port. */
static void leave_repair(int fd, int how, int reuse)
{
	set(fd, TCP_REPAIR, how);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
}

static int reuse_of(int fd)
{
	int reuse = 0;

	get(fd, SOL_SOCKET, SO_REUSEADDR, &reuse);
	return reuse;
}

/* Its numbers, without a trace of having asked. */
static int numbers_of(int fd, uint32_t *sent, uint32_t *received)
{
	int reuse = reuse_of(fd);
	int result = set(fd, TCP_REPAIR, k_repair_on);

	if (result)
		return result;
	result = number_of(fd, k_queue_send, sent) || number_of(fd, k_queue_receive, received);
	leave_repair(fd, k_repair_off_silently, reuse);
	return result;
}

static int take_details(int fd, struct image *image)
{
	struct tcp_info info;
	socklen_t length = sizeof info;
	socklen_t window = sizeof image->window;
	int timestamp;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) || get(fd, IPPROTO_TCP, TCP_TIMESTAMP, &timestamp) ||
	    get(fd, IPPROTO_TCP, TCP_MAXSEG, &image->mss) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, image->window, &window))
		return -1;
	image->timestamp = timestamp;
	image->options = info.tcpi_options;
	image->send_scale = info.tcpi_snd_wscale;
	image->receive_scale = info.tcpi_rcv_wscale;
	return 0;
}

static int image_of(int fd, struct image *image)
{
	int reuse = reuse_of(fd);
	int result;

	if (end_of(fd, 0, &image->local) || end_of(fd, 1, &image->remote) ||
	    numbers_of(fd, &image->sent, &image->received) || set(fd, TCP_REPAIR, k_repair_on))
		return -1;
	result = take_details(fd, image);
	leave_repair(fd, k_repair_off_silently, reuse);
	return result;
}

int take_image(const struct relayed *relayed, struct image *image)
{
	uint32_t app[2], accepted[2];

	if (image_of(relayed->upstream, image) || numbers_of(relayed->app, &app[0], &app[1]) ||
	    numbers_of(relayed->accepted, &accepted[0], &accepted[1]))
		return 0;
	return app[0] == accepted[1] && app[1] == accepted[0] && is_quiet(relayed);
}

static int close_silently(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	int error;

	if (set(fd, TCP_REPAIR, k_repair_on) || connect(fd, &none, sizeof none))
		return -1;
	/* What the next call would be told of. */
	return get(fd, SOL_SOCKET, SO_ERROR, &error);
}

/* Whether it is of a family that knows both ends. */
static int can_have(int fd, const struct image *image)
{
	union any_address address;
	int family = family_of(fd);

	return put_end(&address, family, &image->local) && put_end(&address, family, &image->remote);
}

static int bind_to(int fd, const struct end *local)
{
	union any_address address;
	socklen_t length = put_end(&address, family_of(fd), local);

	return length ? bind(fd, &address.any, length) : -1;
}

static int put_options(int fd, const struct image *image)
{
	struct repair_option options[4];
	int count = 0;

	uint32_t scales = image->options & k_info_window ? image->send_scale | image->receive_scale << 16 : 0;

	options[count++] = (struct repair_option){ k_option_mss, image->mss };
	/* Without it the scale would be one that nobody has agreed to. */
	options[count++] = (struct repair_option){ k_option_window, scales };
	if (image->options & k_info_sack)
		options[count++] = (struct repair_option){ k_option_sack, 0 };
	if (image->options & k_info_timestamps)
		options[count++] = (struct repair_option){ k_option_timestamps, 0 };
	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_OPTIONS, options, count * sizeof *options))
		return -1;
	return image->options & k_info_timestamps ? set(fd, TCP_TIMESTAMP, image->timestamp) : 0;
}

static int put_unread(int fd, const char *bytes, int length)
{
	if (set(fd, TCP_REPAIR_QUEUE, k_queue_receive))
		return -1;
	while (length > 0) {
		ssize_t put = send(fd, bytes, length, 0);

		if (put <= 0)
			return -1;
		bytes += put;
		length -= put;
	}
	return 0;
}

/* With `length` bytes not yet read. */
static int put_numbers(int fd, const struct image *image, int length)
{
	return set(fd, TCP_REPAIR_QUEUE, k_queue_send) || set(fd, TCP_QUEUE_SEQ, image->sent) ||
	       set(fd, TCP_REPAIR_QUEUE, k_queue_receive) || set(fd, TCP_QUEUE_SEQ, image->received - length);
}

/* A socket in repair that is bound to `image->local` and has its numbers becomes an end of that connection. */
static int revive(int fd, const struct image *image, const char *unread, int length)
{
	union any_address remote;
	socklen_t size = put_end(&remote, family_of(fd), &image->remote);
	int is_connected;

	/* Connecting settles how large segments are, by this or by the least that everybody takes. */
	set(fd, TCP_MAXSEG, image->mss < k_most_user_mss ? image->mss : k_most_user_mss);
	is_connected = size && !connect(fd, &remote.any, size);
	set(fd, TCP_MAXSEG, 0);
	return is_connected && !put_options(fd, image) && !put_unread(fd, unread, length) &&
			       !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_WINDOW, image->window, sizeof image->window) ?
		       0 :
		       -1;
}

/* What swallows the server's packets meanwhile; in repair it may share the port. */
static int swallow(int family, const struct end *local)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !hear_nothing(fd) && !set(fd, TCP_REPAIR, k_repair_on) && !bind_to(fd, local) && !listen(fd, 1))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* What is in the app's queue: its length, or -1. */
static int peek(int app, char **unread)
{
	int length = waiting(app, k_siocinq), room = 0;

	*unread = NULL;
	/* What a socket would hold only just may not find room again. */
	if (length > k_most_unread || get(app, SOL_SOCKET, SO_RCVBUF, &room) || length > room / 2)
		return -1;
	if (length <= 0)
		return length;
	*unread = malloc(length);
	return *unread && recv(app, *unread, length, MSG_PEEK | MSG_DONTWAIT) == length ? length : -1;
}

/* As it was, at the proxy. */
static enum transplanted undo(int app, const struct image *own, const char *unread, int length)
{
	/* Who has chosen its port has it still. */
	if ((bind_to(app, &own->local) && errno != EINVAL) || put_numbers(app, own, length) || revive(app, own, unread, length))
		return transplanted_lost;
	return transplanted_kept;
}

static enum transplanted move(const struct relayed *relayed, const struct image *image, const char *unread, int length)
{
	struct image own;
	uint32_t sent, received;

	if (!can_have(relayed->app, image) || image_of(relayed->app, &own) ||
	    numbers_of(relayed->upstream, &sent, &received) || sent != image->sent || received != image->received)
		return transplanted_kept;
	if (close_silently(relayed->app))
		return transplanted_lost;
	/* An app that has chosen its port keeps it, and the proxy. */
	if (bind_to(relayed->app, &image->local) || put_numbers(relayed->app, image, length))
		return undo(relayed->app, &own, unread, length);
	if (close_silently(relayed->upstream))
		return transplanted_lost;
	return revive(relayed->app, image, unread, length) ? transplanted_lost : transplanted_moved;
}

enum transplanted transplant(const struct relayed *relayed, const struct image *image)
{
	enum transplanted result = transplanted_kept;
	int app = relayed->app;
	int reuse = reuse_of(app);
	int is_deferred = 0, error;
	int is_deaf = !hear_nothing(relayed->upstream);
	int swallower = swallow(family_of(relayed->upstream), &image->local);
	char *unread = NULL;
	int length = peek(app, &unread);

	get(app, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &is_deferred);
	if (is_deaf && swallower >= 0 && length >= 0 && !is_deferred && !has_filter(app) && !hear_nothing(app)) {
		result = move(relayed, image, unread, length);
		get(app, SOL_SOCKET, SO_ERROR, &error);
		hear_again(app);
		/* A server that is gone says so again, if it has just said it to nobody. */
		leave_repair(app, result == transplanted_moved ? k_repair_off : k_repair_off_silently, reuse);
	}
	if (is_deaf)
		hear_again(relayed->upstream);
	if (swallower >= 0)
		close(swallower);
	free(unread);
	return result;
}

int can_transplant(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result = fd >= 0 && !set(fd, TCP_REPAIR, k_repair_on);

	if (fd >= 0)
		close(fd);
	return result;
}
