/** What a reading of the clock costs: `NANOSECONDS SECONDS`, the least of some batches, and what time it is. */
public class Cost {
  static final int BATCHES = 20;
  static final int READINGS = 200_000;
  static long last;

  static long batch() {
    long from = System.nanoTime();
    for (int n = 0; n < READINGS; n++) last = System.currentTimeMillis();
    return System.nanoTime() - from;
  }

  public static void main(String[] arguments) {
    long least = Long.MAX_VALUE;
    for (int n = 0; n < BATCHES; n++) least = Math.min(least, batch());
    System.out.printf("%.1f %d%n", (double) least / READINGS, last / 1000);
  }
}
