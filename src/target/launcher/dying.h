/* Whether Reprise is dying, for its roles that outlive it: handover.c, guard.c. */
#pragma once

/* From here on the end of who started us makes the result readable; -1 if the kernel does not tell. Signals stay ignored. */
int watch_for_death(void);

/* To be asked when that is readable: 1 if Reprise is dying, whose threads are hurried on. */
int is_dying(int watch_fd);
