/* Files of proc and of cgroups, which are read and written in one go. */
#pragma once

#include <stddef.h>

/* Whether the kernel took the text. */
int write_at(int folder, const char *path, const char *text);
/* The fields of a process's or thread's stat file that follow its name, in `text`; NULL if it is no more. */
const char *read_stat(const char *path, char *text, size_t size);
