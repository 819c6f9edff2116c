/* Sockets that hear nothing for a while. */
#pragma once

/* Not 0 if that is refused. */
int hear_nothing(int fd);

void hear_again(int fd);

/* Whether it has a filter already, which would be lost. */
int has_filter(int fd);
