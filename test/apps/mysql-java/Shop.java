import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A service with MySQL behind it, by HikariCP and the driver that $JDBC_URL names, Connector/J or MariaDB's: listens on
 * 127.0.0.1:$PORT and differs by $CHANGE from the program that was recorded.
 */
public final class Shop {
  private static final String CHANGE = environment("CHANGE", "");

  private record Answer(int status, String body) {}

  private interface Use<T> {
    T of(Connection connection) throws SQLException;
  }

  private final HikariDataSource pool;

  private Shop(HikariDataSource pool) {
    this.pool = pool;
  }

  public static void main(String[] arguments) throws IOException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(environment("JDBC_URL", ""));
    config.setUsername(environment("MYSQL_USER", "app"));
    config.setPassword("secret");
    config.setMaximumPoolSize(Integer.parseInt(environment("POOL_SIZE", "5")));
    config.setMinimumIdle(1);
    // Each checkout asks isValid unless the connection was used within this many milliseconds.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", environment("PING_AFTER_MS", "500"));
    Shop shop = new Shop(new HikariDataSource(config));
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(environment("PORT", "0")));
    HttpServer server = HttpServer.create(address, 64);
    server.setExecutor(Executors.newFixedThreadPool(32));
    server.createContext("/", shop::handle);
    server.start();
  }

  private static String environment(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : value;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Answer answer;
    try {
      String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
      answer = answer(path[0], path.length > 1 ? path[1] : "");
    } catch (SQLException error) {
      boolean isServers = error.getErrorCode() > 0;
      // MariaDB's driver tells in it which connection it was, by the server's number.
      String body = "{\"code\":" + error.getErrorCode() + ",\"state\":" + quoted(error.getSQLState()) + ",\"message\":" + quoted(error.getMessage()) + "}";
      answer = new Answer(isServers ? 200 : 500, body);
    } catch (Exception error) {
      answer = new Answer(500, "{\"error\":" + quoted(String.valueOf(error)) + "}");
    }
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(answer.status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Answer answer(String name, String argument) throws Exception {
    return switch (name) {
      case "items" -> item(Integer.parseInt(argument));
      case "visits" -> ok(visits());
      case "types" -> ok(with(connection -> asked(connection, "SELECT * FROM types WHERE a < ?", 100)));
      case "types-text" -> ok(with(Shop::typesInText));
      case "echo" -> ok(with(connection -> asked(connection, "SELECT ? AS a, ? AS b, ? AS c, ? AS d", "ü 漢 'q'", 0.5, null, new byte[] {0, -1})));
      case "insert" -> ok(with(connection -> inserted(connection, argument)));
      case "failure" -> ok(with(connection -> asked(connection, "SELECT * FROM nowhere WHERE id = ?", 1)));
      case "call" -> ok(with(connection -> called(connection, Integer.parseInt(argument))));
      case "load" -> ok(with(Shop::loaded));
      case "slow" -> ok(with(connection -> asked(connection, "SELECT ? AS n, SLEEP(0.02) AS slept", argument)));
      case "batch" -> ok(with(connection -> batch(connection, Integer.parseInt(argument))));
      case "scroll" -> ok(with(connection -> scrolled(connection, Integer.parseInt(argument))));
      default -> new Answer(404, "{}");
    };
  }

  private static Answer ok(String body) {
    return new Answer(200, body);
  }

  private <T> T with(Use<T> use) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return use.of(connection);
    }
  }

  private Answer item(int id) throws SQLException {
    String sql = "SELECT id, name, price FROM items WHERE id = ?";
    int asked = CHANGE.equals("another id") ? id + 1 : id;
    return with(connection -> {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setInt(1, asked);
        try (ResultSet result = statement.executeQuery()) {
          if (!result.next()) return new Answer(404, "{}");
          return ok("{\"id\":" + result.getInt(1) + ",\"name\":" + quoted(result.getString(2)) + ",\"price\":" + quoted(result.getBigDecimal(3)) + "}");
        }
      }
    });
  }

  private String visits() throws SQLException {
    return with(connection -> {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE visits SET n = n + 1");
        try (ResultSet result = statement.executeQuery("SELECT n FROM visits")) {
          result.next();
          String body = "{\"n\":" + result.getInt(1) + "}";
          connection.commit();
          return body;
        }
      } finally {
        connection.setAutoCommit(true);
      }
    });
  }

  private static String asked(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int index = 0; index < values.length; index++) statement.setObject(index + 1, values[index]);
      try (ResultSet result = statement.executeQuery()) {
        return rows(result);
      }
    }
  }

  private static String typesInText(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery("SELECT * FROM types")) {
      return rows(result);
    }
  }

  private static String inserted(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("INSERT INTO items (name, price) VALUES (?, 1.25)", Statement.RETURN_GENERATED_KEYS)) {
      statement.setString(1, name);
      statement.executeUpdate();
      try (ResultSet keys = statement.getGeneratedKeys()) {
        keys.next();
        return "{\"id\":" + keys.getLong(1) + "}";
      }
    }
  }

  private static String called(Connection connection, int n) throws SQLException {
    try (var statement = connection.prepareCall("{CALL both_of(?, ?)}")) {
      statement.setInt(1, n);
      statement.registerOutParameter(2, java.sql.Types.INTEGER);
      List<String> sets = new ArrayList<>();
      for (boolean isResult = statement.execute(); isResult; isResult = statement.getMoreResults()) {
        try (ResultSet result = statement.getResultSet()) {
          sets.add(rows(result));
        }
      }
      return "{\"sets\":[" + String.join(",", sets) + "],\"m\":" + statement.getInt(2) + "}";
    }
  }

  private static String loaded(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOAD DATA LOCAL INFILE '" + environment("MYSQL_ROWS", "") + "' INTO TABLE loaded FIELDS TERMINATED BY ','");
      try (ResultSet result = statement.executeQuery("SELECT COUNT(*) AS n FROM loaded")) {
        return rows(result);
      }
    }
  }

  private static String batch(Connection connection, int count) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("INSERT INTO loaded (a, b) VALUES (?, ?)")) {
      for (int n = 0; n < count; n++) {
        statement.setInt(1, n);
        statement.setString(2, "batch " + n);
        statement.addBatch();
      }
      return "{\"counts\":" + statement.executeBatch().length + "}";
    }
  }

  /** A cursor on the server, a few rows at a time where the driver has them. */
  private static String scrolled(Connection connection, int count) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT seq FROM seq_1_to_100 WHERE seq <= ?")) {
      statement.setFetchSize(7);
      statement.setInt(1, count);
      try (ResultSet result = statement.executeQuery()) {
        return rows(result);
      }
    }
  }

  private static String rows(ResultSet result) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    List<String> rows = new ArrayList<>();
    while (result.next()) {
      List<String> cells = new ArrayList<>();
      for (int index = 1; index <= columns.getColumnCount(); index++) {
        byte[] cell = columns.getColumnTypeName(index).contains("BINARY") ? result.getBytes(index) : null;
        cells.add(quoted(columns.getColumnLabel(index)) + ":" + quoted(cell == null ? result.getString(index) : HexFormat.of().formatHex(cell)));
      }
      rows.add("{" + String.join(",", cells) + "}");
    }
    return "[" + String.join(",", rows) + "]";
  }

  private static String quoted(Object value) {
    if (value == null) return "null";
    StringBuilder text = new StringBuilder("\"");
    for (char letter : value.toString().toCharArray()) {
      if (letter == '"' || letter == '\\') text.append('\\').append(letter);
      else if (letter < ' ' || letter > '~') text.append(String.format("\\u%04x", (int) letter));
      else text.append(letter);
    }
    return text.append('"').toString();
  }
}
