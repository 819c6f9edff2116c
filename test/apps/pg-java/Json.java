import java.lang.reflect.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as far as the shop needs it: values are shown in full, with their class where JSON has none like it. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object read(String text) {
    return new Json(text).value();
  }

  static String write(Object value) throws SQLException {
    StringBuilder out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) throws SQLException {
    if (value == null || value instanceof Integer || value instanceof Long || value instanceof Boolean) out.append(value);
    else if (value instanceof String text) quote(out, text);
    else if (value instanceof byte[] bytes) quote(out, "bytes " + java.util.HexFormat.of().formatHex(bytes));
    else if (value instanceof java.sql.Array array) write(out, array.getArray());
    else if (value instanceof Map<?, ?> map) {
      String border = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(border);
        quote(out, String.valueOf(entry.getKey()));
        out.append(": ");
        write(out, entry.getValue());
        border = ", ";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Iterable<?> || value.getClass().isArray()) {
      out.append("[");
      String border = "";
      for (Object each : listed(value)) {
        out.append(border);
        write(out, each);
        border = ", ";
      }
      out.append("]");
    } else quote(out, value.getClass().getSimpleName() + " " + value);
  }

  private static Iterable<?> listed(Object value) {
    if (value instanceof Iterable<?> iterable) return iterable;
    List<Object> list = new ArrayList<>();
    for (int index = 0; index < Array.getLength(value); index++) list.add(Array.get(value, index));
    return list;
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (char each : text.toCharArray()) {
      if (each == '"' || each == '\\') out.append('\\').append(each);
      else if (each < ' ') out.append(String.format("\\u%04x", (int) each));
      else out.append(each);
    }
    out.append('"');
  }

  private Object value() {
    space();
    char first = text.charAt(at);
    if (first == '{') return object();
    if (first == '[') return array();
    if (first == '"') return string();
    int from = at;
    while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) at++;
    String word = text.substring(from, at);
    return switch (word) {
      case "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> Integer.valueOf(word);
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (at++, space(); text.charAt(at) != '}'; space()) {
      if (text.charAt(at) == ',') at++;
      space();
      String name = string();
      space();
      at++;
      map.put(name, value());
    }
    at++;
    return map;
  }

  private List<Object> array() {
    List<Object> list = new ArrayList<>();
    for (at++, space(); text.charAt(at) != ']'; space()) {
      if (text.charAt(at) == ',') at++;
      list.add(value());
    }
    at++;
    return list;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      if (text.charAt(at) != '\\') out.append(text.charAt(at));
      else out.append("\"\\/bfnrt".indexOf(text.charAt(++at)) < 3 ? text.charAt(at) : "\b\f\n\r\t".charAt("bfnrt".indexOf(text.charAt(at))));
    }
    at++;
    return out.toString();
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
  }
}
