/* One read and one write: a file that the kernel makes up is whole in the first, and takes effect with it. */
#define _GNU_SOURCE
#include "kernel-files.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int write_at(int folder, const char *path, const char *text)
{
	int fd = openat(folder, path, O_WRONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return length > 0;
}

const char *read_stat(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
	const char *end_of_name;

	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = 0;
	/* A name may hold anything, brackets and blanks too; no field behind it does. */
	end_of_name = strrchr(text, ')');
	return end_of_name ? end_of_name + 1 : NULL;
}
