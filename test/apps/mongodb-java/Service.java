import com.mongodb.MongoException;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import org.bson.Document;

/** The service by the JDK's HTTP server and MongoDB's synchronous driver; answers are JSON. */
public class Service {
  static final String CHANGE = System.getenv().getOrDefault("CHANGE", "");

  public static void main(String[] words) throws Exception {
    Store store = new Store();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 64);
    server.setExecutor(Executors.newFixedThreadPool(50));
    server.createContext("/", exchange -> {
      String[] parts = exchange.getRequestURI().getPath().split("/");
      int status = 200;
      String body;
      try {
        body = answer(store, parts[1], parts.length > 2 ? parts[2] : "0");
        if (body.contains("\"missing\"")) status = 404;
      } catch (MongoException refused) {
        status = refused.getCode() == 11000 ? 200 : 500;
        body = new Document("code", refused.getCode()).append("error", status == 200 ? null : refused.getMessage()).toJson();
      } catch (Exception failure) {
        status = 500;
        body = new Document("error", String.valueOf(failure)).toJson();
      }
      byte[] sent = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(status, sent.length);
      exchange.getResponseBody().write(sent);
      exchange.close();
    });
    server.start();
  }

  static String answer(Store store, String name, String argument) {
    return switch (name) {
      case "items" -> {
        int n = Integer.parseInt(argument);
        Document item = store.item(n + (CHANGE.equals("another id") ? 1 : 0));
        yield item == null
            ? new Document("missing", n).toJson()
            : new Document("id", n).append("name", item.get("name")).append("price", item.get("price")).toJson();
      }
      case "types" -> store.types().toJson();
      case "visits" -> new Document("n", store.visit()).toJson();
      case "add" -> store.add(argument).toJson();
      case "many" -> store.many(Integer.parseInt(argument)).toJson();
      case "stream" -> store.stream(Integer.parseInt(argument)).toJson();
      case "early" -> new Document("seen", store.early()).toJson();
      case "update" -> store.update(Integer.parseInt(argument)).toJson();
      case "totals" -> "[" + String.join(",", store.totals().stream().map(Document::toJson).toList()) + "]";
      case "kinds" -> "[" + String.join(",", store.kinds().stream().map(kind -> "\"" + kind + "\"").toList()) + "]";
      case "failure" -> store.failure();
      case "big" -> new Document("length", store.big()).toJson();
      case "slow" -> store.slow(Integer.parseInt(argument)).toJson();
      case "transaction" -> new Document("amounts", store.transfer(Integer.parseInt(argument), false)).toJson();
      case "abort" -> new Document("amounts", store.transfer(Integer.parseInt(argument), true)).toJson();
      case "retry" -> new Document("inserted", store.retry(Integer.parseInt(argument))).toJson();
      case "changes" -> new Document("seen", store.changes(argument)).toJson();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
