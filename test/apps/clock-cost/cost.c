/* What a reading of the clock costs: `NANOSECONDS SECONDS`, the least of some batches, and what time it is. */
#define _GNU_SOURCE
#include <stdio.h>
#include <time.h>

enum { k_batches = 10, k_readings = 200000 };

static double monotonic_ns(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1e9 + at.tv_nsec;
}

int main(void)
{
	struct timespec at = { 0, 0 };
	double least = 1e18;

	for (int batch = 0; batch < k_batches; batch++) {
		double from = monotonic_ns(), took;

		for (int i = 0; i < k_readings; i++)
			clock_gettime(CLOCK_REALTIME, &at);
		took = monotonic_ns() - from;
		least = took < least ? took : least;
	}
	printf("%.1f %lld\n", least / k_readings, (long long)at.tv_sec);
	return 0;
}
