import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

/** The shop on pgjdbc behind HikariCP: statements are named, and their values binary, from the fifth execution on. */
public final class Shop {
  private static final String CHANGE = environment("CHANGE", "");
  private static final Map<String, String> FAILURES = Map.of(
      "unique", "INSERT INTO items (name) VALUES ('item 1')",
      "syntax", "SELEC 1",
      "no-table", "SELECT * FROM nowhere",
      "division", "SELECT 1 / 0");

  private record Answer(int status, Object value) {}

  private final HikariDataSource pool;

  private Shop(HikariDataSource pool) {
    this.pool = pool;
  }

  public static void main(String[] arguments) throws IOException {
    URI url = URI.create(environment("DATABASE_URL", ""));
    String[] user = url.getUserInfo().split(":");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath() + environment("JDBC_OPTIONS", ""));
    config.setUsername(user[0]);
    config.setPassword(user[1]);
    config.setMaximumPoolSize(Integer.parseInt(environment("POOL_SIZE", "4")));
    config.setMinimumIdle(1);
    // Each checkout asks isValid unless the connection was used within this many milliseconds.
    System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", environment("PING_AFTER_MS", "500"));
    String initial = environment("CONNECTION_INIT", "");
    if (!initial.isEmpty()) config.setConnectionInitSql(initial);
    Shop shop = new Shop(new HikariDataSource(config));

    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(environment("PORT", "0")));
    HttpServer server = HttpServer.create(address, 64);
    server.setExecutor(Executors.newFixedThreadPool(32));
    server.createContext("/", shop::handle);
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      server.stop(0);
      shop.pool.close();
    }));
  }

  private static String environment(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body;
    int status;
    try {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Answer answer = answer(exchange.getRequestURI(), sent.isEmpty() ? null : Json.read(sent));
      status = answer.status;
      body = Json.write(answer.value).getBytes(StandardCharsets.UTF_8);
    } catch (Exception error) {
      status = 500;
      body = ("{\"error\": \"" + String.valueOf(error).replace('"', '\'').replace('\n', ' ') + "\"}").getBytes(StandardCharsets.UTF_8);
    }
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @SuppressWarnings("unchecked")
  private Answer answer(URI url, Object body) throws Exception {
    String[] path = url.getPath().substring(1).split("/");
    Map<String, Object> sent = body instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    switch (path[0]) {
      case "types":
        return new Answer(200, rows("SELECT * FROM every_type WHERE id = ?", Integer.valueOf(path[1])).get(0));
      case "echo":
        return echo();
      case "items":
        return path.length > 1 ? item(Integer.parseInt(path[1])) : addItem(sent);
      case "visits":
        return new Answer(200, rows("UPDATE counters SET n = n + 1 WHERE name = ? RETURNING n", "visits").get(0));
      case "transfers":
        return transfer((Integer) sent.get("from"), (Integer) sent.get("to"), new BigDecimal((String) sent.get("amount")));
      case "failures":
        return path[1].equals("transaction") ? failedTransaction() : fail(FAILURES.get(path[1]));
      case "batch":
        return batch((List<String>) sent.get("names"));
      case "copy":
        return sent.isEmpty() ? copyOut() : copyIn((List<List<String>>) sent.get("rows"));
      case "stream":
        return stream(Integer.parseInt(url.getQuery().split("=")[1]));
      case "slow":
        return new Answer(200, rows("SELECT ?::int AS n FROM pg_sleep(0.03)", Integer.valueOf(path[1])).get(0));
      case "own":
        return switch (path[1]) {
          case "keys" -> keys();
          case "scroll" -> scroll();
          case "validity" -> validity();
          default -> new Answer(404, path[1]);
        };
      default:
        return new Answer(404, path[0]);
    }
  }

  private List<Map<String, Object>> rows(String sql, Object... values) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return rows(connection, sql, values);
    }
  }

  private static List<Map<String, Object>> rows(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int index = 0; index < values.length; index++) statement.setObject(index + 1, values[index]);
      try (ResultSet result = statement.executeQuery()) {
        return all(result);
      }
    }
  }

  private static List<Map<String, Object>> all(ResultSet result) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    ResultSetMetaData columns = result.getMetaData();
    while (result.next()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int index = 1; index <= columns.getColumnCount(); index++) {
        Object value = switch (columns.getColumnTypeName(index)) {
          // java.sql.Timestamp and Time show what the zone of the machine makes of them.
          case "timestamptz" -> result.getObject(index, OffsetDateTime.class);
          case "timestamp" -> result.getObject(index, LocalDateTime.class);
          case "time" -> result.getObject(index, LocalTime.class);
          case "timetz" -> result.getString(index);
          // A BigDecimal is never NaN.
          case "_timestamptz", "_numeric" -> result.getString(index);
          case "date" -> result.getObject(index, LocalDate.class);
          default -> result.getObject(index);
        };
        row.put(columns.getColumnName(index), value instanceof java.sql.Array array ? array.getArray() : value);
      }
      rows.add(row);
    }
    return rows;
  }

  private Answer echo() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      PGobject document = new PGobject();
      document.setType("jsonb");
      document.setValue("{\"a\": [1.50, null, \"ü\"]}");
      Object[] values = {
        true, Integer.MAX_VALUE, Long.MIN_VALUE, 0.1 + 0.2, 1.5e-7f, Double.NaN, Double.NEGATIVE_INFINITY,
        new BigDecimal("-123456789012345678901234567890.000000000000000000000000000001"), new BigDecimal("0E-10"), new BigDecimal("1E+10"),
        "ü 漢 'q' \"d\" \\ \n", "", new byte[] {0, (byte) 255, 16}, LocalDate.of(2024, 2, 29), LocalDate.of(-43, 3, 15),
        LocalTime.of(23, 59, 59, 999_999_000), LocalDateTime.of(1999, 12, 31, 23, 59, 59, 1000),
        OffsetDateTime.of(2024, 2, 29, 12, 34, 56, 789_012_000, ZoneOffset.ofHoursMinutes(5, 30)),
        new PGInterval("1 year 2 mons -3 days 04:05:06.789"), UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), document,
        connection.createArrayOf("int4", new Integer[] {1, null, -3}), connection.createArrayOf("text", new String[] {"q\"uote, comma", null, "NULL", ""}),
        connection.createArrayOf("numeric", new BigDecimal[] {new BigDecimal("1.10"), null}), new int[] {}, new double[] {0.1, -0.0},
      };
      StringBuilder sql = new StringBuilder("SELECT NULL::int AS nothing");
      for (int index = 0; index < values.length; index++) sql.append(", ? AS v").append(index);
      Map<String, Object> last = Map.of();
      // The later of these bind binary values to a statement that the server knows by name.
      for (int time = 0; time < 7; time++) last = rows(connection, sql.toString(), values).get(0);
      return new Answer(200, last);
    }
  }

  private Answer item(int asked) throws SQLException {
    String extra = CHANGE.equals("other sql") ? " AND name IS NOT NULL" : "";
    int id = CHANGE.equals("another id") ? asked + 1 : asked;
    List<Map<String, Object>> found = rows("SELECT id, name, price, tags, attributes FROM items WHERE id = ?" + extra, id);
    if (found.isEmpty()) return new Answer(404, Map.of("missing", id));
    Map<String, Object> item = found.get(0);
    switch (CHANGE) {
      case "drop a field" -> item.remove("price");
      case "add a field" -> item.put("extra", 1);
      case "number to string" -> item.put("id", String.valueOf(item.get("id")));
      default -> {}
    }
    return new Answer(200, item);
  }

  private Answer addItem(Map<String, Object> sent) throws SQLException {
    String sql = "INSERT INTO items (name, price, tags, attributes) VALUES (?, ?, ?, ?::jsonb) RETURNING *";
    try (Connection connection = pool.getConnection()) {
      Object price = sent.get("price") == null ? null : new BigDecimal((String) sent.get("price"));
      Object attributes = sent.get("attributes") == null ? null : Json.write(sent.get("attributes"));
      Object[] tags = ((List<?>) sent.get("tags")).toArray();
      return new Answer(200, rows(connection, sql, sent.get("name"), price, connection.createArrayOf("text", tags), attributes).get(0));
    }
  }

  private Answer transfer(int source, int target, BigDecimal amount) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try {
        update(connection, "UPDATE accounts SET balance = balance + ? WHERE id = ?", amount, target);
        update(connection, "UPDATE accounts SET balance = balance - ? WHERE id = ?", amount, source);
        List<?> after = rows(connection, "SELECT id, balance FROM accounts ORDER BY id");
        connection.commit();
        return new Answer(200, after);
      } catch (PSQLException error) {
        connection.rollback();
        return new Answer(409, Map.of("sqlstate", error.getSQLState(), "constraint", error.getServerErrorMessage().getConstraint()));
      }
    }
  }

  private static int update(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int index = 0; index < values.length; index++) statement.setObject(index + 1, values[index]);
      return statement.executeUpdate();
    }
  }

  private Answer fail(String sql) throws SQLException {
    try {
      return new Answer(200, rows(sql));
    } catch (PSQLException error) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("sqlstate", error.getSQLState());
      told.put("message", error.getMessage());
      told.put("position", error.getServerErrorMessage().getPosition());
      return new Answer(422, told);
    }
  }

  private Answer failedTransaction() throws SQLException {
    List<String> states = new ArrayList<>();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      update(connection, "INSERT INTO batched (name) VALUES ('never')");
      for (String sql : List.of("SELECT 1 / 0", "SELECT 1")) {
        try {
          rows(connection, sql);
        } catch (SQLException error) {
          states.add(error.getSQLState());
        }
      }
      connection.rollback();
      connection.setAutoCommit(true);
      Object counted = rows(connection, "SELECT count(*) AS n FROM accounts WHERE id = ?", 1).get(0).get("n");
      return new Answer(200, Map.of("sqlstates", states, "afterwards", counted));
    }
  }

  private Answer batch(List<String> names) throws SQLException {
    try (Connection connection = pool.getConnection(); PreparedStatement statement =
        connection.prepareStatement("INSERT INTO batched (name) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      for (String name : names) {
        statement.setString(1, name);
        statement.addBatch();
      }
      int inserted = 0;
      for (int count : statement.executeBatch()) inserted += count == Statement.SUCCESS_NO_INFO ? 1 : count;
      List<Object> told = new ArrayList<>();
      try (ResultSet keys = statement.getGeneratedKeys()) {
        while (keys.next()) told.add(keys.getString("name"));
      }
      // A batch of one's own statements, and one without keys, which reWriteBatchedInserts makes one statement of.
      try (Statement several = connection.createStatement();
          PreparedStatement plain = connection.prepareStatement("INSERT INTO batched (name) VALUES (?)")) {
        for (String name : names) {
          several.addBatch("UPDATE batched SET at = now() WHERE name = '" + name + "'");
          plain.setString(1, name + "!");
          plain.addBatch();
        }
        return new Answer(200, Map.of("inserted", inserted, "names", told, "updated", several.executeBatch(), "plain", plain.executeBatch()));
      }
    }
  }

  private Answer copyIn(List<List<String>> rows) throws Exception {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      String note = row.get(1) == null ? "\\N" : row.get(1).replace("\\", "\\\\").replace("\t", "\\t");
      text.append(row.get(0)).append('\t').append(note).append('\n');
    }
    try (Connection connection = pool.getConnection()) {
      CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
      return new Answer(200, Map.of("copied", copies.copyIn("COPY copied (name, note) FROM STDIN", new StringReader(text.toString()))));
    }
  }

  private Answer copyOut() throws Exception {
    try (Connection connection = pool.getConnection()) {
      StringWriter out = new StringWriter();
      CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
      long count = copies.copyOut("COPY (SELECT name, note FROM copied ORDER BY name) TO STDOUT WITH (FORMAT csv)", out);
      return new Answer(200, Map.of("rows", count, "text", out.toString()));
    }
  }

  private Answer stream(int size) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement("SELECT name FROM items WHERE id <= ? ORDER BY id")) {
        statement.setFetchSize(size);
        statement.setInt(1, 40);
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) names.add(result.getString(1));
        }
      }
      connection.commit();
    }
    return new Answer(200, names);
  }

  /** Generated keys, a savepoint, several statements in one text, a call of a function. */
  private Answer keys() throws SQLException {
    List<Object> seen = new ArrayList<>();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement("INSERT INTO items (name) VALUES (?)", new String[] {"id"})) {
        statement.setString(1, "keyed " + UUID.nameUUIDFromBytes(new byte[] {1}));
        statement.executeUpdate();
        try (ResultSet keys = statement.getGeneratedKeys()) {
          while (keys.next()) seen.add(keys.getInt(1));
        }
      }
      Savepoint savepoint = connection.setSavepoint();
      try {
        rows(connection, "SELECT 1 / ?", 0);
      } catch (SQLException error) {
        seen.add(error.getSQLState());
      }
      connection.rollback(savepoint);
      try (Statement statement = connection.createStatement()) {
        boolean isResult = statement.execute("SELECT 1; UPDATE accounts SET balance = balance; SELECT 2 AS two");
        while (isResult || statement.getUpdateCount() >= 0) {
          seen.add(isResult ? all(statement.getResultSet()) : statement.getUpdateCount());
          isResult = statement.getMoreResults();
        }
      }
      try (var call = connection.prepareCall("{call upper(?)}")) {
        call.setString(1, "loud");
        seen.add(all(call.executeQuery()));
      }
      connection.rollback();
    }
    return new Answer(200, seen);
  }

  /** The catalogue through DatabaseMetaData, and a result that can be scrolled and updated. */
  private Answer scroll() throws SQLException {
    List<Object> seen = new ArrayList<>();
    try (Connection connection = pool.getConnection()) {
      try (ResultSet columns = connection.getMetaData().getColumns(null, "public", "accounts", null)) {
        while (columns.next()) seen.add(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
      }
      try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
          ResultSet result = statement.executeQuery("SELECT id, name FROM items WHERE id IN (9, 10) ORDER BY id")) {
        result.last();
        seen.add(result.getString("name"));
        result.updateString("name", "item ten");
        result.updateRow();
        result.first();
        seen.add(result.getInt("id"));
      }
    }
    return new Answer(200, seen);
  }

  /** isValid, schema and read-only as pools set and reset them. */
  private Answer validity() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setReadOnly(true);
      boolean isValid = connection.isValid(1);
      connection.setAutoCommit(false);
      Object mode = rows(connection, "SHOW transaction_read_only").get(0);
      connection.commit();
      connection.setAutoCommit(true);
      connection.setReadOnly(false);
      return new Answer(200, List.of(isValid, mode, connection.getSchema()));
    }
  }
}
