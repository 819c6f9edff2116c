/*
 * Looks for byte strings in files and in the memory of a process, and says which it found first, and where.
 *
 *     launcher --search PID PROGRAMS [FILE...]    the first PROGRAMS files are the program's own, the others its sources
 *     < INDEX PLACE      of the string, from 0; of the file among those named, from 0, or -1 for the memory. Nothing: none
 *
 * Standard input holds the strings: for each a byte for its length (k_least to k_most_length), one that is 1 where sources
 * do not count, and its bytes. Of the memory, what is private to the process is read, and no page that is not there already.
 *
 * Eight bytes at a time: wherever a string lies, one of its first eight words begins at a multiple of eight. Its counterpart
 * is src/target/program-search.ts.
 */
#define _GNU_SOURCE
#include "search.h"
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	k_least = 15,
	k_most_length = 64,
	k_most_strings = 4096,
	k_word = 8,
	k_filter_bits = 18,
	k_table_bits = 16,
	k_buffer = 1 << 20,
	k_page = 4096,
	k_page_batch = 512,
	k_most_file_bytes = 1 << 30,
	k_niceness = 10,
};

struct string {
	uint8_t length;
	uint8_t is_of_program;
	uint8_t bytes[k_most_length];
};

struct entry {
	uint64_t word;
	uint16_t string; /* from 1 */
	uint16_t offset;
};

static struct string strings[k_most_strings];
static int string_count;
static uint64_t filter[1 << (k_filter_bits - 6)];
static struct entry table[1 << k_table_bits];
/* What was kept of the last piece stands before each. */
static uint8_t buffer[k_most_length + k_buffer] __attribute__((aligned(k_page)));

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return word;
}

static uint64_t mixed(uint64_t word)
{
	return word * 0x9E3779B97F4A7C15ull;
}

static void add_word(uint64_t word, int string, int offset)
{
	uint64_t bits = mixed(word);
	uint32_t at = bits >> (64 - k_filter_bits);
	uint32_t place = bits >> (64 - k_table_bits);

	filter[at >> 6] |= 1ull << (at & 63);
	while (table[place].string)
		place = (place + 1) & ((1 << k_table_bits) - 1);
	table[place] = (struct entry){ word, string + 1, offset };
}

/* Blocks until that many are there: 1, or 0 at the end. */
static int read_all(void *bytes, size_t length)
{
	uint8_t *next = bytes;

	while (length > 0) {
		ssize_t got = read(0, next, length);

		if (got <= 0)
			return 0;
		next += got;
		length -= got;
	}
	return 1;
}

static int take_strings(void)
{
	uint8_t head[2];

	/* With each of its words in the table there is room for half as many as it has places. */
	while (string_count < k_most_strings && read_all(head, sizeof head)) {
		struct string *string = &strings[string_count];

		if (head[0] < k_least || head[0] > k_most_length || !read_all(string->bytes, head[0]))
			return 0;
		string->length = head[0];
		string->is_of_program = head[1];
		for (int offset = 0; offset < k_word; offset++)
			add_word(word_at(string->bytes + offset), string_count, offset);
		string_count++;
	}
	return string_count > 0;
}

/* The string of which the word at `at` is a part, whole within the bytes; or -1. */
static int string_around(const uint8_t *bytes, size_t length, size_t at, uint64_t bits, int is_program)
{
	uint64_t word = word_at(bytes + at);

	for (uint32_t place = bits >> (64 - k_table_bits); table[place].string; place = (place + 1) & ((1 << k_table_bits) - 1)) {
		const struct entry *entry = &table[place];
		const struct string *string = &strings[entry->string - 1];

		if (entry->word != word || at < entry->offset || (string->is_of_program && !is_program))
			continue;
		if (at - entry->offset + string->length > length)
			continue;
		if (!memcmp(bytes + at - entry->offset, string->bytes, string->length))
			return entry->string - 1;
	}
	return -1;
}

static int find_in(const uint8_t *bytes, size_t length, int is_program)
{
	for (size_t at = 0; at + k_word <= length; at += k_word) {
		uint64_t bits = mixed(word_at(bytes + at));
		uint32_t bit = bits >> (64 - k_filter_bits);
		int found;

		if (!(filter[bit >> 6] >> (bit & 63) & 1))
			continue;
		found = string_around(bytes, length, at, bits, is_program);
		if (found >= 0)
			return found;
	}
	return -1;
}

/* From `from` to `to`, as far as it can be read; a string may lie across two reads. */
static int find_between(int fd, off_t from, off_t to, int is_program)
{
	size_t kept = 0;

	while (from < to) {
		size_t wanted = to - from < k_buffer ? to - from : k_buffer;
		ssize_t got = pread(fd, buffer + k_most_length, wanted, from);
		const uint8_t *bytes = buffer + k_most_length - kept;
		int found;

		if (got <= 0)
			return -1;
		found = find_in(bytes, kept + got, is_program);
		if (found >= 0)
			return found;
		from += got;
		kept = (size_t)got < k_most_length ? 0 : k_most_length;
		memcpy(buffer + k_most_length - kept, buffer + k_most_length + got - kept, kept);
	}
	return -1;
}

static int find_in_file(const char *path, int is_program)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int found = fd < 0 ? -1 : find_between(fd, 0, k_most_file_bytes, is_program);

	if (fd >= 0)
		close(fd);
	return found;
}

/* What of these pages is there, run by run. */
static int find_in_pages(int memory, const uint64_t *pages, int count, uint64_t first)
{
	for (int at = 0; at < count;) {
		int end = at;
		int found;

		while (end < count && pages[end] >> 62)
			end++;
		found = end > at ? find_between(memory, first + (off_t)at * k_page, first + (off_t)end * k_page, 1) : -1;
		if (found >= 0)
			return found;
		at = end > at ? end : at + 1;
	}
	return -1;
}

static int find_in_mapping(int memory, int pagemap, uint64_t from, uint64_t to)
{
	uint64_t pages[k_page_batch];

	while (from < to) {
		uint64_t left = (to - from) / k_page;
		size_t wanted = (left < k_page_batch ? left : k_page_batch) * sizeof *pages;
		ssize_t got = pread(pagemap, pages, wanted, from / k_page * sizeof *pages);
		int found;

		if (got < (ssize_t)sizeof *pages)
			return -1;
		found = find_in_pages(memory, pages, got / sizeof *pages, from);
		if (found >= 0)
			return found;
		from += got / sizeof *pages * k_page;
	}
	return -1;
}

/* The program's own file is looked through as a file. */
static int is_private(const char *rights, unsigned long inode)
{
	return rights[0] == 'r' && rights[3] == 'p' && (rights[1] == 'w' || !inode);
}

static int open_of(int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int find_in_memory(int pid)
{
	int memory = open_of(pid, "mem"), pagemap = open_of(pid, "pagemap"), maps = open_of(pid, "maps");
	FILE *lines = maps < 0 ? NULL : fdopen(maps, "r");
	unsigned long from, to, inode;
	char line[4608], rights[8];
	int found = -1;

	while (found < 0 && memory >= 0 && pagemap >= 0 && lines && fgets(line, sizeof line, lines)) {
		if (sscanf(line, "%lx-%lx %7s %*x %*s %lu", &from, &to, rights, &inode) == 4 && is_private(rights, inode) &&
		    !strstr(line, "[v"))
			found = find_in_mapping(memory, pagemap, from, to);
	}
	return found;
}

int search(int pid, int programs, int count, char **files)
{
	/* It takes what the app and its clients leave; where that is refused, its share. */
	if (nice(k_niceness) == -1)
		;
	if (!take_strings())
		return 1;
	for (int i = 0; i < count; i++) {
		int found = find_in_file(files[i], i < programs);

		if (found >= 0)
			return printf("%d %d\n", found, i) < 0;
	}
	int found = find_in_memory(pid);

	return found >= 0 && printf("%d -1\n", found) < 0;
}
