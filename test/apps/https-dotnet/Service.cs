// A service that asks an HTTPS API what it is asked, by HttpClient. The first part of the path is the client's name.
using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

public static class Service {
  static readonly HttpClient verifying = Client(new HttpClientHandler());
  static readonly HttpClient insecure = Client(new HttpClientHandler {
    ServerCertificateCustomValidationCallback = (request, certificate, chain, errors) => true,
  });

  static HttpClient Client(HttpClientHandler handler) {
    handler.AutomaticDecompression = DecompressionMethods.GZip;
    return new HttpClient(handler);
  }

  sealed class Asked {
    public string Method, Target, Body = "";
    public readonly Dictionary<string, string> Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
  }

  // HttpListener of this version falls over a client that connects as it begins to listen.
  static Asked Read(StreamReader reader) {
    var line = reader.ReadLine();
    if (line == null) return null;
    var words = line.Split(' ');
    var asked = new Asked { Method = words[0], Target = words[1] };
    while ((line = reader.ReadLine()) != "") {
      var at = line.IndexOf(": ", StringComparison.Ordinal);
      asked.Headers[line.Substring(0, at)] = line.Substring(at + 2);
    }
    if (!asked.Headers.ContainsKey("content-length")) return asked;
    var body = new char[int.Parse(asked.Headers["content-length"])];
    reader.ReadBlock(body, 0, body.Length);
    asked.Body = new string(body);
    return asked;
  }

  static string Ask(Asked asked) {
    var path = asked.Target.Substring(1).Split(new[] { '/' }, 2)[1];
    string api;
    if (!asked.Headers.TryGetValue("x-api", out api)) api = Environment.GetEnvironmentVariable("API");
    var request = new HttpRequestMessage(new HttpMethod(asked.Method), api + "/" + path);
    if (asked.Body != "") request.Content = new StringContent(asked.Body, Encoding.UTF8, "application/json");
    var client = asked.Headers.ContainsKey("x-insecure") ? insecure : verifying;
    var answer = client.SendAsync(request).GetAwaiter().GetResult();
    return (int) answer.StatusCode + " " + answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
  }

  static string Told(Exception error) {
    return error.GetType().Name + ": " + error.Message + (error.InnerException == null ? "" : "; " + Told(error.InnerException));
  }

  static void Serve(TcpClient client) {
    using (var stream = client.GetStream()) {
      var reader = new StreamReader(stream, new UTF8Encoding(false));
      Asked asked;
      while ((asked = Read(reader)) != null) {
        string status = "200 OK", said;
        try {
          said = Ask(asked);
        } catch (Exception error) {
          status = "502 Bad Gateway";
          said = Told(error);
        }
        var reply = Encoding.UTF8.GetBytes(said);
        var head = "HTTP/1.1 " + status + "\r\ncontent-type: text/plain\r\ncontent-length: " + reply.Length + "\r\n\r\n";
        stream.Write(Encoding.ASCII.GetBytes(head), 0, head.Length);
        stream.Write(reply, 0, reply.Length);
      }
    }
  }

  public static void Main() {
    var listener = new TcpListener(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")));
    listener.Start();
    for (;;) {
      var client = listener.AcceptTcpClient();
      Task.Run(() => Serve(client));
    }
  }
}
