/* The lines of handover.c: from Reprise and to it. */
#pragma once

enum { k_line_bytes = 8192 };

/* Where connections come from that are to be held. */
void hear_from(int channel_fd);

/* The next line that is about more than what is held, without its end; -1 if none comes in time, or ever. */
int read_line(char *line, int timeout_ms);

void say(const char *line);

/* Whoever waits for the end of Reprise's output is not to wait for ours. */
void fall_silent(void);
