/* The code that answers in the place of the vDSO's clocks: clock-stub.c. It is copied from here into each program. */
#pragma once
#include <stdint.h>

/* How the copy begins. */
struct clock_stub_head {
	char magic[8];
	/*
	 * Seconds, above 30 bits of nanoseconds: what is added to the real time, or the time itself where it stands still.
	 * Twice, written one after the other: who reads them differ looks again.
	 */
	int64_t shift;
	int64_t shift_again;
	uint64_t is_frozen;
	/* From the stub's start: what tells the real time, and the vDSO's gettimeofday, for its time zone. */
	int64_t gettime;
	int64_t gettimeofday;
};

enum { k_shift_bits = 30 };

/* What tells the stub's own system call from the app's, in its sixth argument: clock-filter.c lets it pass. */
#define CLOCK_STUB_PASS 0x52657072

extern const char clock_stub_start[], clock_stub_end[];
extern const char clock_stub_gettime[], clock_stub_gettimeofday[], clock_stub_time[];
/* For `gettime`: asks the kernel, where the vDSO would do so too. */
extern const char clock_stub_direct[];
