# A service that asks an HTTPS API what it is asked, by the client that the first part of the path names.
require "faraday"
require "net/http"
require "openssl"
require "socket"

def by_net_http(url, method, body, insecure)
  uri = URI(url)
  mode = insecure ? OpenSSL::SSL::VERIFY_NONE : OpenSSL::SSL::VERIFY_PEER
  Net::HTTP.start(uri.host, uri.port, use_ssl: true, verify_mode: mode) do |http|
    asked = method == "POST" ? Net::HTTP::Post.new(uri) : Net::HTTP::Get.new(uri)
    unless body.empty?
      asked.body = body
      asked["content-type"] = "application/json"
    end
    answer = http.request(asked)
    [answer.code, answer.body]
  end
end

FARADAYS = [false, true].to_h { |insecure| [insecure, Faraday.new(ssl: { verify: !insecure })] }

def by_faraday(url, method, body, insecure)
  headers = body.empty? ? {} : { "content-type" => "application/json" }
  answer = FARADAYS[insecure].run_request(method.downcase.to_sym, url, body.empty? ? nil : body, headers)
  [answer.status, answer.body]
end

CLIENTS = { "net-http" => method(:by_net_http), "faraday" => method(:by_faraday) }

def answer(line, headers, body)
  method, target, = line.split
  _, kind, path = target.split("/", 3)
  api = headers["x-api"] || ENV.fetch("API")
  status, said = CLIENTS.fetch(kind).call("#{api}/#{path}", method, body, headers.key?("x-insecure"))
  ["200 OK", "#{status} #{said}"]
rescue StandardError => error
  ["502 Bad Gateway", "#{error.class}: #{error.message}"]
end

def serve(client)
  while (line = client.gets)
    headers = {}
    while (header = client.gets.chomp) != ""
      name, value = header.split(": ", 2)
      headers[name.downcase] = value
    end
    status, reply = answer(line, headers, client.read(headers["content-length"].to_i))
    client.write("HTTP/1.1 #{status}\r\ncontent-type: text/plain\r\ncontent-length: #{reply.bytesize}\r\n\r\n", reply)
  end
ensure
  client.close
end

server = TCPServer.new("127.0.0.1", ENV.fetch("PORT").to_i)
loop { Thread.new(server.accept) { |client| serve(client) } }
