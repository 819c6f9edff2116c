/* The launcher's fourth role; its first is in launcher.c. */
#pragma once

/* Looks for what standard input names in `files`, of which the first are programs, then in that process; the exit code. */
int search(int pid, int programs, int count, char **files);
