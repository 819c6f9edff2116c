"""What a reading of the clock costs: `NANOSECONDS SECONDS`, the least of some batches, and what time it is."""
import time
import timeit

BATCHES, READINGS = 10, 200_000

least = min(timeit.repeat(time.time, timer=time.perf_counter, repeat=BATCHES, number=READINGS))
print(f"{least * 1e9 / READINGS:.1f} {int(time.time())}")
