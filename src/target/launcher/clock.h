/* The launcher's fourth role; its first is in launcher.c. */
#pragma once

/* Returns the exit code when its standard input ends; what it traces is killed then. */
int shift_clocks(const char *how);

/* Prints what time it is, as the vDSO and as the kernel say it: for `reprise doctor`. */
int print_clocks(void);
