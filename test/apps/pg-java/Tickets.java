import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Tickets by a pool of threads, or by a virtual thread for each request, and JDBC on a pool of five; see pg-go/tickets. */
final class Tickets {
  private static final BlockingQueue<Connection> pool = new ArrayBlockingQueue<>(5);
  private static final String upstream = System.getenv("UPSTREAM");
  private static ExecutorService others;

  private static String query(String sql, Object... values) throws Exception {
    Connection connection = pool.take();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
      if (!statement.execute()) return null;
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    } finally {
      pool.put(connection);
    }
  }

  private static String ask(String path) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) URI.create(upstream + path).toURL().openConnection();
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes());
    }
  }

  private static String work(long id) throws Exception {
    query("INSERT INTO work (id, note) VALUES (?, ?)", id, "work " + id);
    long ticket = Long.parseLong(query("SELECT nextval('tickets')"));
    query("UPDATE work SET ticket = ? WHERE id = ?", ticket, id);
    String note = query("SELECT note FROM work WHERE id = ?", id);
    return "{\"id\": " + id + ", \"ticket\": " + ticket + ", \"note\": \"" + note + "\"}";
  }

  private static String client(long id) throws Exception {
    return "{\"id\": " + id + ", \"note\": \"" + ask("/price?id=" + id) + " " + ask("/serial?id=" + id) + "\"}";
  }

  /** By threads of another pool: who answers is not who asks. */
  private static String pooled(long id) throws Exception {
    Future<String> found = others.submit(() -> work(id));
    return found.get();
  }

  private static void handle(HttpExchange exchange) {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/");
      long id = Long.parseLong(path[2]);
      int status = 200;
      String said;
      try {
        said =
            switch (path[1]) {
              case "client" -> client(id);
              case "pooled" -> pooled(id);
              default -> work(id);
            };
      } catch (Exception failure) {
        status = 500;
        said = failure.toString();
      }
      byte[] body = said.getBytes();
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception failure) {
      failure.printStackTrace();
    }
  }

  public static void main(String[] arguments) throws Exception {
    String url = System.getenv("DATABASE_URL").replaceFirst("postgres://(.*):(.*)@(.*)", "jdbc:postgresql://$3?user=$1&password=$2");
    for (int i = 0; i < 5; i++) pool.put(DriverManager.getConnection(url));
    if (System.getenv("POLL") != null) {
      Executors.newSingleThreadScheduledExecutor()
          .scheduleAtFixedRate(() -> quietly("/rates"), 0, 100, TimeUnit.MILLISECONDS);
      Executors.newSingleThreadScheduledExecutor()
          .scheduleAtFixedRate(() -> new Thread(() -> quietly("/metrics")).start(), 0, 100, TimeUnit.MILLISECONDS);
    }
    boolean isVirtual = System.getenv("VIRTUAL") != null;
    others = executor(isVirtual);
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 128);
    server.setExecutor(executor(isVirtual));
    server.createContext("/", Tickets::handle);
    server.start();
  }

  /** By reflection, since the compiler's Java is older than that of some. */
  private static ExecutorService executor(boolean isVirtual) throws Exception {
    if (!isVirtual) return Executors.newFixedThreadPool(50);
    return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static void quietly(String path) {
    try {
      ask(path);
    } catch (Exception failure) {
      // The next one may do better.
    }
  }
}
