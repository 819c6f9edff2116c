/* Connections that pass through Reprise, held so that they outlive it; used by handover.c. */
#pragma once

/* Takes what has come through the channel: the app's connection with the server's, each pair under a number. */
void take_kept(int channel);

/* It is let go; what Reprise does with it is all that happens to it. */
void let_go(unsigned number);

/* Reprise is dead: passes on what is said on each connection of which it held nothing back, until the last is over. */
void pass_on(void);
