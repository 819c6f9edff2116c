import java.util.Map;

/** What the service asks of a driver. */
interface Client {
  Map<String, String> hash(String key);

  long increment(String key);

  void set(String key, String value);

  String get(String key);

  long[] pipeline(int count);

  String transaction(long amount, String text);

  String watch(String key, String value);

  long script(String script, String key, String amount);

  byte[] binary(String key, byte[] value);

  byte[] bytes(String key);

  String published(String channel, String text) throws Exception;

  /** By a client that keeps what it has read until the server says that it has changed. */
  default String cached(String key) {
    throw new UnsupportedOperationException();
  }

  long publish(String channel, String text);

  /** Listens for as long as the service lives; it does so when this returns. */
  void listen(String channel, java.util.function.Consumer<String> hear) throws Exception;

  void push(String key, String value);

  /** Waits for it; of a request. */
  String job(String key);

  /** Waits for it without end; of the worker. */
  String nextJob(String key);

  String other(String value);

  String scores();

  String failure();
}
