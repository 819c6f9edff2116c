import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Lettuce: one connection for all, its commands pipelined, others for what waits and for transactions. */
final class ByLettuce implements Client {
  private final RedisURI url = place();
  private final RedisClient client = RedisClient.create(url);
  private final StatefulRedisConnection<String, String> shared = client.connect();
  private final StatefulRedisConnection<byte[], byte[]> raw = client.connect(ByteArrayCodec.INSTANCE);
  private final StatefulRedisConnection<String, String> worker = client.connect();

  private static RedisURI place() {
    RedisURI url = RedisURI.create(System.getenv("REDIS_URL"));
    String sentinel = System.getenv("SENTINEL");
    if (sentinel == null) return url;
    String[] parts = sentinel.split(":");
    return RedisURI.Builder.sentinel(parts[0], Integer.parseInt(parts[1]), "primary").withPassword("secret".toCharArray()).build();
  }

  ByLettuce() {
    worker.setTimeout(java.time.Duration.ofDays(1));
    Service.work(this);
  }

  public Map<String, String> hash(String key) { return shared.sync().hgetall(key); }
  public long increment(String key) { return shared.sync().incr(key); }
  public void set(String key, String value) { shared.sync().set(key, value); }
  public String get(String key) { return shared.sync().get(key); }
  public byte[] bytes(String key) { return raw.sync().get(key.getBytes()); }
  public void push(String key, String value) { shared.sync().rpush(key, value); }

  public String job(String key) {
    try (var own = client.connect()) {
      return own.sync().blpop(20, key).getValue();
    }
  }

  public String nextJob(String key) { return worker.sync().blpop(0, key).getValue(); }

  public long[] pipeline(int count) {
    List<RedisFuture<String>> values = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      shared.async().set("p:" + n, String.valueOf(n));
      values.add(shared.async().get("p:" + n));
    }
    long sum = values.stream().mapToLong(value -> Long.parseLong(value.toCompletableFuture().join())).sum();
    return new long[] {2L * values.size(), sum};
  }

  public String transaction(long amount, String text) {
    try (var own = client.connect()) {
      own.sync().multi();
      own.sync().incrby("account", amount);
      own.sync().rpush("log", text);
      return own.sync().exec().stream().toList().toString();
    }
  }

  public String watch(String key, String value) {
    try (var own = client.connect()) {
      own.sync().watch(key);
      String before = own.sync().get(key);
      own.sync().multi();
      own.sync().set(key, value);
      return "{\"before\":" + Service.quoted(before) + ",\"done\":" + !own.sync().exec().wasDiscarded() + "}";
    }
  }

  public long script(String script, String key, String amount) {
    String[] keys = {key};
    try {
      return shared.sync().<Long>evalsha(Sha.of(script), ScriptOutputType.INTEGER, keys, amount);
    } catch (RedisNoScriptException unknown) {
      return shared.sync().<Long>eval(script, ScriptOutputType.INTEGER, keys, amount);
    }
  }

  public byte[] binary(String key, byte[] value) {
    raw.sync().set(key.getBytes(), value);
    return raw.sync().get(key.getBytes());
  }

  public String published(String channel, String text) throws Exception {
    try (var own = client.connectPubSub()) {
      CompletableFuture<String> message = new CompletableFuture<>();
      own.addListener(new RedisPubSubAdapter<String, String>() {
        @Override
        public void message(String name, String said) {
          message.complete(said);
        }
      });
      own.sync().subscribe(channel);
      shared.sync().publish(channel, text);
      return message.get();
    }
  }

  private CacheFrontend<String, String> caching;

  public synchronized String cached(String key) {
    if (caching == null) {
      caching = ClientSideCaching.enable(CacheAccessor.forMap(new ConcurrentHashMap<>()), client.connect(), TrackingArgs.Builder.enabled());
    }
    return caching.get(key);
  }

  public long publish(String channel, String text) { return shared.sync().publish(channel, text); }

  public void listen(String channel, java.util.function.Consumer<String> hear) {
    var own = client.connectPubSub();
    own.addListener(new RedisPubSubAdapter<String, String>() {
      @Override
      public void message(String name, String said) {
        hear.accept(said);
      }
    });
    own.sync().subscribe(channel);
  }

  public String other(String value) {
    try (var own = client.connect()) {
      own.sync().select(1);
      own.sync().set("d", value);
      return own.sync().get("d");
    }
  }

  public String scores() {
    shared.sync().del("z");
    shared.sync().zadd("z", ScoredValue.just(1.5, "one"), ScoredValue.just(2, "two"));
    return shared.sync().zrangeWithScores("z", 0, -1).toString();
  }

  public String failure() {
    shared.sync().set("word", "abc");
    try {
      return String.valueOf(shared.sync().incr("word"));
    } catch (RedisCommandExecutionException refused) {
      return refused.getMessage();
    }
  }
}
