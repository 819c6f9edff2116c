/*
 * What time it is, whether a token has expired, what happened in the last 24 hours, and how long waits are; in plain C, so
 * that it can be linked with musl, statically, as Rust's services for musl are. Of a token it reads the claims alone; the
 * database lets it in without a password.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct text {
	char bytes[4096];
	size_t size;
};

static void add(struct text *text, const void *bytes, size_t size)
{
	if (size > sizeof text->bytes - text->size)
		abort();
	memcpy(text->bytes + text->size, bytes, size);
	text->size += size;
}

static const char *instant(time_t at, char *into, size_t size)
{
	struct tm parts;

	strftime(into, size, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &parts));
	return into;
}

static time_t seconds_of(clockid_t clock)
{
	struct timespec at = { 0, 0 };

	clock_gettime(clock, &at);
	return at.tv_sec;
}

/* A tick or a second's turn apart at most; TAI has its leap seconds besides. */
static int now(char *body, size_t size)
{
	struct timeval of_day;
	time_t at = time(NULL);
	const char *wrong = "";
	char text[32];

	gettimeofday(&of_day, NULL);
	if (labs(seconds_of(CLOCK_REALTIME) - at) > 1)
		wrong = ", \"wrong\": \"realtime\"";
	else if (labs(of_day.tv_sec - at) > 1)
		wrong = ", \"wrong\": \"gettimeofday\"";
	else if (labs(seconds_of(CLOCK_REALTIME_COARSE) - at) > 1)
		wrong = ", \"wrong\": \"coarse\"";
	else if (labs(seconds_of(CLOCK_TAI) - at) > 60)
		wrong = ", \"wrong\": \"tai\"";
	snprintf(body, size, "{\"now\": \"%s\"%s}", instant(at, text, sizeof text), wrong);
	return 200;
}

static int sextet(char letter)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *found = letter ? strchr(letters, letter) : NULL;

	return found ? (int)(found - letters) : -1;
}

static int token(const char *request, char *body, size_t size)
{
	const char *header = strcasestr(request, "authorization: bearer "), *claims = header ? strchr(header, '.') : NULL;
	char plain[512] = "", subject[64] = "";
	unsigned bits = 0, held = 0;
	const char *expires;
	size_t length = 0;

	for (claims = claims ? claims + 1 : ""; sextet(*claims) >= 0 && length < sizeof plain - 1; claims++) {
		bits = bits << 6 | (unsigned)sextet(*claims);
		held += 6;
		if (held >= 8)
			plain[length++] = (char)(bits >> (held -= 8));
	}
	expires = strstr(plain, "\"exp\":");
	if (!expires || sscanf(plain, "{\"sub\":\"%63[^\"]", subject) != 1) {
		snprintf(body, size, "{\"error\": \"claims\"}");
		return 401;
	}
	if (atoll(expires + 6) < time(NULL)) {
		snprintf(body, size, "{\"error\": \"expired\"}");
		return 401;
	}
	snprintf(body, size, "{\"subject\": \"%s\"}", subject);
	return 200;
}

static int connected(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&address, sizeof address) ? -1 : fd;
}

/* One of the messages of PostgreSQL's protocol; without a letter: the one that begins it. */
static void say(int fd, char letter, const struct text *text)
{
	uint32_t length = htonl((uint32_t)text->size + 4);
	struct text whole = { .size = 0 };

	if (letter)
		add(&whole, &letter, 1);
	add(&whole, &length, 4);
	add(&whole, text->bytes, text->size);
	if (write(fd, whole.bytes, whole.size) < 0)
		perror("write");
}

static int heard(int fd, char *bytes, size_t size)
{
	return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size;
}

/* Adds the first column of each row until the server is ready; 0 where it says that something is wrong. */
static int rows(int fd, struct text *names)
{
	char head[5], content[1024];
	uint32_t length;

	while (heard(fd, head, sizeof head)) {
		memcpy(&length, head + 1, 4);
		length = ntohl(length) - 4;
		if (length >= sizeof content || (length && !heard(fd, content, length)) || head[0] == 'E')
			return 0;
		if (head[0] == 'Z')
			return 1;
		if (head[0] != 'D')
			continue;
		memcpy(&length, content + 2, 4);
		add(names, names->size ? ", \"" : "\"", names->size ? 3 : 1);
		add(names, content + 6, ntohl(length));
		add(names, "\"", 1);
	}
	return 0;
}

static void add_value(struct text *text, const char *value)
{
	uint32_t length = htonl((uint32_t)strlen(value));

	add(text, &length, 4);
	add(text, value, strlen(value));
}

static void ask(int fd, time_t at)
{
	static const char sql[] = "\0SELECT name FROM events WHERE at > $1::timestamptz AND at <= $2::timestamptz ORDER BY at\0\0";
	struct text parse = { .size = 0 }, bind = { .size = 0 }, execute = { .size = 0 }, none = { .size = 0 };
	char value[32];

	add(&parse, sql, sizeof sql);
	say(fd, 'P', &parse);
	add(&bind, "\0\0\0\0\0\2", 6);
	add_value(&bind, instant(at - 24 * 3600, value, sizeof value));
	add_value(&bind, instant(at, value, sizeof value));
	add(&bind, "\0\0", 2);
	say(fd, 'B', &bind);
	add(&execute, "\0\0\0\0\0", 5);
	say(fd, 'E', &execute);
	say(fd, 'S', &none);
}

static int recent(char *body, size_t size)
{
	static const char start[] = "\0\3\0\0user\0postgres\0database\0shop\0";
	const char *port = strrchr(getenv("DATABASE_URL"), ':');
	struct text hello = { .size = 0 }, names = { .size = 0 };
	int fd = connected(atoi(port + 1)), status = 500;

	add(&hello, start, sizeof start);
	if (fd >= 0) {
		say(fd, 0, &hello);
		if (rows(fd, &names)) {
			ask(fd, time(NULL));
			status = rows(fd, &names) ? 200 : 500;
		}
		close(fd);
	}
	snprintf(body, size, "{\"names\": [%.*s]}", (int)names.size, names.bytes);
	return status;
}

static struct timespec soon(void)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_nsec += 300000000;
	at.tv_sec += at.tv_nsec / 1000000000;
	at.tv_nsec %= 1000000000;
	return at;
}

static void by_sleep(void)
{
	usleep(300000);
}

static void by_poll(void)
{
	poll(NULL, 0, 300);
}

static void until_then(void)
{
	struct timespec at = soon();

	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
}

static void by_semaphore(void)
{
	struct timespec at = soon();
	sem_t semaphore;

	sem_init(&semaphore, 0, 0);
	sem_timedwait(&semaphore, &at);
}

static void by_condition(void)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	struct timespec at = soon();

	pthread_mutex_lock(&mutex);
	pthread_cond_timedwait(&condition, &mutex, &at);
	pthread_mutex_unlock(&mutex);
}

static int waits(char *body, size_t size)
{
	static const struct {
		const char *name;
		void (*wait)(void);
	} ways[] = { { "sleep", by_sleep }, { "poll", by_poll }, { "until", until_then }, { "semaphore", by_semaphore }, { "condition", by_condition } };
	struct text wrong = { .size = 0 };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct timespec from, to;
		long took;

		clock_gettime(CLOCK_MONOTONIC, &from);
		ways[i].wait();
		clock_gettime(CLOCK_MONOTONIC, &to);
		took = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
		if (took < 290 || took > 900) {
			add(&wrong, wrong.size ? ", \"" : "\"", wrong.size ? 3 : 1);
			add(&wrong, ways[i].name, strlen(ways[i].name));
			add(&wrong, "\"", 1);
		}
	}
	snprintf(body, size, "{\"wrong\": [%.*s]}", (int)wrong.size, wrong.bytes);
	return 200;
}

static int answer(const char *request, char *body, size_t size)
{
	if (!strncmp(request, "GET /now ", 9))
		return now(body, size);
	if (!strncmp(request, "GET /token ", 11))
		return token(request, body, size);
	return strncmp(request, "GET /recent ", 12) ? waits(body, size) : recent(body, size);
}

/* One request after the other, each on a connection of its own. */
int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT"))) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1, fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
		perror("listen");
		return 1;
	}
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		char request[8192] = "", body[4096], head[256];
		size_t length = 0;
		ssize_t more;
		int status;

		while (!strstr(request, "\r\n\r\n") && length < sizeof request - 1) {
			more = read(fd, request + length, sizeof request - 1 - length);
			if (more <= 0)
				break;
			length += (size_t)more;
		}
		if (length > 0) {
			status = answer(request, body, sizeof body);
			snprintf(head, sizeof head, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
				 status, status == 200 ? "OK" : "Not so", strlen(body));
			if (write(fd, head, strlen(head)) < 0 || write(fd, body, strlen(body)) < 0)
				perror("write");
		}
		close(fd);
	}
	return 0;
}
