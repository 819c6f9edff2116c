import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What time it is, whether a token has expired, what happened in the last 24 hours, and how long waits are. */
public class ClockService {
  record Answer(int status, String body) {}

  interface Way {
    void go() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", ClockService::handle);
    server.start();
  }

  static void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer = switch (exchange.getRequestURI().getPath()) {
        case "/now" -> new Answer(200, "{\"now\":\"" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\"}");
        case "/token" -> token(exchange.getRequestHeaders().getFirst("Authorization"));
        case "/recent" -> new Answer(200, recent());
        default -> new Answer(200, "{\"wrong\":" + texts(waits()) + "}");
      };
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception failure) {
      failure.printStackTrace();
    }
  }

  static Answer token(String header) throws Exception {
    String[] parts = header.substring("Bearer ".length()).split("\\.");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("a shared key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] own = mac.doFinal((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
    if (!Base64.getUrlEncoder().withoutPadding().encodeToString(own).equals(parts[2])) {
      return new Answer(401, "{\"error\":\"signature\"}");
    }
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    var expires = Pattern.compile("\"exp\":(\\d+)").matcher(claims);
    var subject = Pattern.compile("\"sub\":\"(\\w+)\"").matcher(claims);
    expires.find();
    subject.find();
    return Long.parseLong(expires.group(1)) * 1000 < System.currentTimeMillis()
        ? new Answer(401, "{\"error\":\"expired\"}")
        : new Answer(200, "{\"subject\":\"" + subject.group(1) + "\"}");
  }

  static String recent() throws Exception {
    URI url = URI.create(System.getenv("DATABASE_URL"));
    String[] user = url.getUserInfo().split(":");
    String jdbc = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
    List<String> names = new ArrayList<>();
    String sql = "SELECT name FROM events WHERE at > ? AND at <= ? ORDER BY at";
    try (var connection = DriverManager.getConnection(jdbc, user[0], user[1]);
        var statement = connection.prepareStatement(sql)) {
      statement.setObject(1, now.minusHours(24));
      statement.setObject(2, now);
      var rows = statement.executeQuery();
      while (rows.next()) names.add(rows.getString(1));
    }
    return "{\"names\":" + texts(names) + "}";
  }

  static String texts(List<String> all) {
    return all.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(",", "[", "]"));
  }

  static List<String> waits() throws Exception {
    var ways = new LinkedHashMap<String, Way>();
    var lock = new ReentrantLock();
    var condition = lock.newCondition();
    var pool = Executors.newScheduledThreadPool(1);
    ways.put("sleep", () -> Thread.sleep(300));
    ways.put("parkNanos", () -> LockSupport.parkNanos(300_000_000));
    ways.put("parkUntil", () -> LockSupport.parkUntil(System.currentTimeMillis() + 300));
    ways.put("awaitUntil", () -> {
      lock.lock();
      condition.awaitUntil(new Date(System.currentTimeMillis() + 300));
      lock.unlock();
    });
    ways.put("wait", () -> {
      synchronized (lock) {
        lock.wait(300);
      }
    });
    ways.put("schedule", () -> pool.schedule(() -> {}, 300, TimeUnit.MILLISECONDS).get());
    ways.put("fixedRate", () -> {
      var times = new CountDownLatch(3);
      var task = pool.scheduleAtFixedRate(times::countDown, 100, 100, TimeUnit.MILLISECONDS);
      times.await();
      task.cancel(false);
    });
    ways.put("timer", () -> {
      var once = new CountDownLatch(1);
      var timer = new Timer(true);
      timer.schedule(new TimerTask() {
        @Override
        public void run() {
          once.countDown();
        }
      }, new Date(System.currentTimeMillis() + 300));
      once.await();
      timer.cancel();
    });
    List<String> wrong = new ArrayList<>();
    for (var way : ways.entrySet()) {
      long began = System.nanoTime();
      way.getValue().go();
      long took = (System.nanoTime() - began) / 1_000_000;
      if (took < 290 || took > 900) wrong.add(way.getKey());
    }
    pool.shutdownNow();
    return wrong;
  }
}
