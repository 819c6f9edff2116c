import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSentinelPool;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** Jedis with its pool. */
final class ByJedis implements Client {
  private final java.net.URI url = java.net.URI.create(System.getenv("REDIS_URL"));
  private final HostAndPort place = new HostAndPort(url.getHost(), url.getPort());
  private final redis.clients.jedis.util.Pool<Jedis> pool;

  ByJedis() {
    GenericObjectPoolConfig<Jedis> size = new GenericObjectPoolConfig<>();
    size.setMaxTotal(Integer.parseInt(System.getenv("POOL_SIZE")));
    String sentinels = System.getenv("SENTINEL");
    pool = sentinels == null
        ? new JedisPool(size, place, settings(0))
        : new JedisSentinelPool("primary", java.util.Set.of(HostAndPort.from(sentinels)), size, settings(0), DefaultJedisClientConfig.builder().build());
    Service.work(this);
  }

  private DefaultJedisClientConfig settings(int database) {
    return DefaultJedisClientConfig.builder().password(url.getUserInfo().substring(1)).database(database).timeoutMillis(30_000).build();
  }

  private <T> T with(java.util.function.Function<Jedis, T> act) {
    try (Jedis jedis = pool.getResource()) {
      return act.apply(jedis);
    }
  }

  public Map<String, String> hash(String key) { return with(jedis -> jedis.hgetAll(key)); }
  public long increment(String key) { return with(jedis -> jedis.incr(key)); }
  public void set(String key, String value) { with(jedis -> jedis.set(key, value)); }
  public String get(String key) { return with(jedis -> jedis.get(key)); }
  public byte[] bytes(String key) { return with(jedis -> jedis.get(key.getBytes())); }
  public void push(String key, String value) { with(jedis -> jedis.rpush(key, value)); }
  public String job(String key) { return with(jedis -> jedis.blpop(20, key).get(1)); }

  public long[] pipeline(int count) {
    return with(jedis -> {
      var pipe = jedis.pipelined();
      List<Response<String>> values = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        pipe.set("p:" + n, String.valueOf(n));
        values.add(pipe.get("p:" + n));
      }
      int replies = pipe.syncAndReturnAll().size();
      return new long[] {replies, values.stream().mapToLong(value -> Long.parseLong(value.get())).sum()};
    });
  }

  public String transaction(long amount, String text) {
    return with(jedis -> {
      var multi = jedis.multi();
      multi.incrBy("account", amount);
      multi.rpush("log", text);
      return multi.exec().toString();
    });
  }

  public String watch(String key, String value) {
    return with(jedis -> {
      jedis.watch(key);
      String before = jedis.get(key);
      var multi = jedis.multi();
      multi.set(key, value);
      return "{\"before\":" + Service.quoted(before) + ",\"done\":" + (multi.exec() != null) + "}";
    });
  }

  public long script(String script, String key, String amount) {
    return with(jedis -> {
      try {
        return (Long) jedis.evalsha(Sha.of(script), 1, key, amount);
      } catch (JedisNoScriptException unknown) {
        return (Long) jedis.eval(script, 1, key, amount);
      }
    });
  }

  public byte[] binary(String key, byte[] value) {
    return with(jedis -> {
      jedis.set(key.getBytes(), value);
      return jedis.get(key.getBytes());
    });
  }

  public String published(String channel, String text) throws Exception {
    CompletableFuture<String> message = new CompletableFuture<>();
    JedisPubSub own = new JedisPubSub() {
      @Override
      public void onSubscribe(String name, int count) {
        CompletableFuture.runAsync(() -> with(jedis -> jedis.publish(channel, text)));
      }

      @Override
      public void onMessage(String name, String said) {
        message.complete(said);
        unsubscribe();
      }
    };
    with(jedis -> {
      jedis.subscribe(own, channel);
      return null;
    });
    return message.get();
  }

  public long publish(String channel, String text) { return with(jedis -> jedis.publish(channel, text)); }

  public void listen(String channel, java.util.function.Consumer<String> hear) throws Exception {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    JedisPubSub own = new JedisPubSub() {
      @Override
      public void onSubscribe(String name, int count) {
        ready.complete(null);
      }

      @Override
      public void onMessage(String name, String said) {
        hear.accept(said);
      }
    };
    Thread listener = new Thread(() -> new Jedis(place, settings(0)).subscribe(own, channel));
    listener.setDaemon(true);
    listener.start();
    ready.get();
  }

  private Jedis worker;

  public String nextJob(String key) {
    if (worker == null) worker = new Jedis(place, settings(0));
    return worker.blpop(0, key).get(1);
  }

  public String other(String value) {
    try (Jedis jedis = new Jedis(place, settings(1))) {
      jedis.set("d", value);
      return jedis.get("d");
    }
  }

  public String scores() {
    return with(jedis -> {
      jedis.del("z");
      jedis.zadd("z", 1.5, "one");
      jedis.zadd("z", 2, "two");
      return jedis.zrangeWithScores("z", 0, -1).toString();
    });
  }

  public String failure() {
    return with(jedis -> {
      jedis.set("word", "abc");
      try {
        return String.valueOf(jedis.incr("word"));
      } catch (JedisDataException refused) {
        return refused.getMessage();
      }
    });
  }
}
