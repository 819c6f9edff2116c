import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.CertificatePinner;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** A service that asks an HTTPS API what it is asked, by the client that the first part of the path names. */
public final class Service {
  private record Said(int status, String text) {}

  private interface Client {
    Said ask(String url, String method, String body) throws Exception;
  }

  /** Takes every certificate, whoever it names. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override public void checkClientTrusted(X509Certificate[] chain, String type) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type) {}
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}
    @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
  }

  private static Client byJava(HttpClient client) {
    return (url, method, body) -> {
      var publisher = body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
      var asked = HttpRequest.newBuilder(URI.create(url)).method(method, publisher);
      if (!body.isEmpty()) asked.header("content-type", "application/json");
      var answer = client.send(asked.build(), HttpResponse.BodyHandlers.ofString());
      return new Said(answer.statusCode(), answer.body());
    };
  }

  private static Client byApache(CloseableHttpClient client) {
    return (url, method, body) -> {
      var asked = new HttpUriRequestBase(method, URI.create(url));
      if (!body.isEmpty()) asked.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
      return client.execute(asked, (answer) -> new Said(answer.getCode(), EntityUtils.toString(answer.getEntity())));
    };
  }

  private static Client byOkHttp(OkHttpClient client) {
    return (url, method, body) -> {
      var content = body.isEmpty() ? null : RequestBody.create(body, MediaType.parse("application/json"));
      try (var answer = client.newCall(new Request.Builder().url(url).method(method, content).build()).execute()) {
        return new Said(answer.code(), answer.body().string());
      }
    };
  }

  private static Map<String, Client> clients() throws Exception {
    var anyone = new Anyone();
    var unverified = SSLContext.getInstance("TLS");
    unverified.init(null, new TrustManager[] {anyone}, null);
    var strategy = new DefaultClientTlsStrategy(unverified, NoopHostnameVerifier.INSTANCE);
    var manager = PoolingHttpClientConnectionManagerBuilder.create().setTlsSocketStrategy(strategy).build();
    var clients = new HashMap<String, Client>();
    clients.put("java-http", byJava(HttpClient.newHttpClient()));
    clients.put("java-http insecure", byJava(HttpClient.newBuilder().sslContext(unverified).build()));
    clients.put("apache", byApache(HttpClients.createDefault()));
    clients.put("apache insecure", byApache(HttpClients.custom().setConnectionManager(manager).build()));
    clients.put("okhttp", byOkHttp(new OkHttpClient()));
    String pin = System.getenv("KEY_PIN");
    if (pin != null) {
      CertificatePinner pinner = new CertificatePinner.Builder().add("pinned.reprise.test", "sha256/" + pin).build();
      clients.put("pinned-okhttp", byOkHttp(new OkHttpClient.Builder().certificatePinner(pinner).build()));
    }
    clients.put("okhttp insecure", byOkHttp(new OkHttpClient.Builder()
        .sslSocketFactory(unverified.getSocketFactory(), anyone).hostnameVerifier((host, session) -> true).build()));
    return clients;
  }

  private static String told(Throwable error) {
    var cause = error.getCause();
    return error + (cause == null ? "" : "; " + told(cause));
  }

  private static void serve(HttpExchange exchange, Map<String, Client> clients) throws IOException {
    var path = exchange.getRequestURI().toString().substring(1).split("/", 2);
    var headers = exchange.getRequestHeaders();
    var api = headers.getFirst("x-api") == null ? System.getenv("API") : headers.getFirst("x-api");
    var kind = headers.containsKey("x-insecure") ? path[0] + " insecure" : path[0];
    var body = new String(exchange.getRequestBody().readAllBytes());
    var status = 200;
    byte[] reply;
    try {
      var said = clients.get(kind).ask(api + "/" + path[1], exchange.getRequestMethod(), body);
      reply = (said.status() + " " + said.text()).getBytes();
    } catch (Exception error) {
      status = 502;
      reply = told(error).getBytes();
    }
    exchange.getResponseHeaders().set("content-type", "text/plain");
    exchange.sendResponseHeaders(status, reply.length);
    try (var out = exchange.getResponseBody()) {
      out.write(reply);
    }
  }

  public static void main(String[] arguments) throws Exception {
    var clients = clients();
    var port = Integer.parseInt(System.getenv("PORT"));
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", (exchange) -> serve(exchange, clients));
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }
}
