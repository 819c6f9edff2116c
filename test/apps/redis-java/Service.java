import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** The service by the JDK's HTTP server and by Jedis or Lettuce ($DRIVER); answers are JSON. */
public class Service {
  static final String CHANGE = System.getenv().getOrDefault("CHANGE", "");

  public static void main(String[] words) throws Exception {
    String driver = System.getenv().getOrDefault("DRIVER", "jedis");
    Client client = driver.equals("jedis") ? new ByJedis() : new ByLettuce();
    client.listen("news", said -> heard(said).complete(said));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 64);
    server.setExecutor(Executors.newFixedThreadPool(50));
    server.createContext("/", exchange -> {
      String[] parts = exchange.getRequestURI().getPath().split("/");
      int status = 200;
      String body;
      try {
        body = answer(client, parts[1], parts.length > 2 ? parts[2] : "");
        if (body.contains("\"missing\"")) status = 404;
      } catch (Exception failure) {
        status = 500;
        body = "{\"error\":" + quoted(String.valueOf(failure)) + "}";
      }
      byte[] sent = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(status, sent.length);
      exchange.getResponseBody().write(sent);
      exchange.close();
    });
    server.start();
  }

  static String answer(Client client, String name, String argument) throws Exception {
    switch (name) {
      case "items": {
        int asked = Integer.parseInt(argument) + (CHANGE.equals("another id") ? 1 : 0);
        var item = client.hash("item:" + asked);
        if (item.isEmpty()) return "{\"missing\":" + argument + "}";
        return "{\"id\":" + argument + ",\"name\":" + quoted(item.get("name")) + ",\"price\":" + quoted(item.get("price")) + "}";
      }
      case "visits":
        return "{\"n\":" + client.increment("visits") + "}";
      case "slow":
        client.set("slow:" + argument, argument);
        return "{\"value\":" + quoted(client.get("slow:" + argument)) + ",\"count\":" + client.increment("count:" + argument) + "}";
      case "pipeline": {
        long[] result = client.pipeline(Integer.parseInt(argument));
        return "{\"count\":" + result[0] + ",\"sum\":" + result[1] + "}";
      }
      case "transaction":
        return "{\"results\":" + client.transaction(Long.parseLong(argument), argument) + "}";
      case "watch":
        return client.watch("w:" + argument, argument);
      case "script":
        return "{\"value\":" + client.script("return redis.call('INCRBY', KEYS[1], ARGV[1])", "scripted", argument) + "}";
      case "binary": {
        byte[] bytes = new byte[256];
        for (int at = 0; at < 256; at++) bytes[at] = (byte) at;
        StringBuilder hex = new StringBuilder();
        for (byte each : client.binary("binary", bytes)) hex.append(String.format("%02x", each & 255));
        return "{\"hex\":\"" + hex + "\"}";
      }
      case "big":
        return "{\"length\":" + client.bytes("big").length + "}";
      case "publish":
        return "{\"message\":" + quoted(client.published("channel:" + argument, argument)) + "}";
      case "cached": {
        String before = client.cached(argument);
        client.increment(argument);
        String after = client.cached(argument);
        for (int tries = 0; tries < 5000 && java.util.Objects.equals(after, before); tries++) {
          Thread.sleep(1);
          after = client.cached(argument);
        }
        return "{\"before\":" + quoted(before) + ",\"after\":" + quoted(after) + "}";
      }
      case "heard":
        client.publish("news", argument);
        return "{\"message\":" + quoted(heard(argument).get()) + "}";
      case "work":
        client.push("jobs", argument);
        return "{\"result\":" + quoted(client.job("done:" + argument)) + "}";
      case "database":
        return "{\"value\":" + quoted(client.other(argument)) + "}";
      case "types":
        return "{\"scores\":" + quoted(client.scores()) + "}";
      case "failure":
        return "{\"error\":" + quoted(client.failure()) + "}";
      default:
        throw new IllegalArgumentException(name);
    }
  }

  private static final Map<String, CompletableFuture<String>> HEARD = new ConcurrentHashMap<>();

  /** Whoever waits for that message, or will. */
  private static CompletableFuture<String> heard(String message) {
    return HEARD.computeIfAbsent(message, each -> new CompletableFuture<>());
  }

  static String quoted(String text) {
    return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + "\"";
  }

  /** Takes jobs for as long as the service lives. */
  static void work(Client client) {
    Thread worker = new Thread(() -> {
      for (;;) {
        String job = client.nextJob("jobs");
        if (job != null) client.push("done:" + job, String.valueOf(Long.parseLong(job) * 2));
      }
    });
    worker.setDaemon(true);
    worker.start();
  }
}
