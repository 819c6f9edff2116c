# What time it is, whether a token has expired, what happened in the last 24 hours (libpq by Fiddle), and how long waits are.
require "base64"
require "fiddle/import"
require "json"
require "openssl"
require "time"
require "timeout"
require "webrick"

module Pq
  extend Fiddle::Importer
  dlload "libpq.so.5"
  extern "void *PQconnectdb(char *)"
  extern "void *PQexecParams(void *, char *, int, void *, void *, void *, void *, int)"
  extern "int PQntuples(void *)"
  extern "char *PQgetvalue(void *, int, int)"
  extern "char *PQresultErrorMessage(void *)"
  extern "void PQclear(void *)"
  extern "void PQfinish(void *)"
end

def names(sql, *values)
  texts = values.map { |value| Fiddle::Pointer["#{value}\0"] }
  connection = Pq.PQconnectdb(ENV.fetch("DATABASE_URL"))
  result = Pq.PQexecParams(connection, sql, texts.size, 0, texts.map(&:to_i).pack("J*"), 0, 0, 0)
  wrong = Pq.PQresultErrorMessage(result).to_s
  raise wrong unless wrong.empty?
  Array.new(Pq.PQntuples(result)) { |row| Pq.PQgetvalue(result, row, 0).to_s }
ensure
  Pq.PQclear(result)
  Pq.PQfinish(connection)
end

def token(header)
  head, body, signature = header.delete_prefix("Bearer ").split(".")
  own = OpenSSL::HMAC.digest("SHA256", "a shared key", "#{head}.#{body}")
  return [401, { error: "signature" }] unless Base64.urlsafe_encode64(own, padding: false) == signature
  claims = JSON.parse(Base64.urlsafe_decode64(body))
  claims["exp"] < Time.now.to_f ? [401, { error: "expired" }] : [200, { subject: claims["sub"] }]
end

def recent
  now = Time.at(Time.now.to_i).utc
  sql = "SELECT name FROM events WHERE at > $1::timestamptz AND at <= $2::timestamptz ORDER BY at"
  { names: names(sql, (now - 86_400).iso8601, now.iso8601) }
end

def waits
  mutex = Mutex.new
  ways = {
    sleep: -> { sleep 0.3 },
    timeout: -> { Timeout.timeout(0.3) { sleep } rescue nil },
    condition: -> { mutex.synchronize { ConditionVariable.new.wait(mutex, 0.3) } },
    thread: -> { Thread.new { sleep }.join(0.3) },
    select: -> { IO.select(nil, nil, nil, 0.3) }
  }
  wrong = ways.reject do |_, way|
    began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    way.call
    (0.29..0.9).cover?(Process.clock_gettime(Process::CLOCK_MONOTONIC) - began)
  end
  { wrong: wrong.keys }
end

quiet = { Logger: WEBrick::Log.new(File::NULL), AccessLog: [] }
server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: ENV.fetch("PORT").to_i, **quiet)
server.mount_proc("/") do |request, response|
  status, body =
    case request.path
    when "/now" then [200, { now: Time.now.utc.iso8601 }]
    when "/token" then token(request["authorization"])
    when "/recent" then [200, recent]
    else [200, waits]
    end
  response.status = status
  response["content-type"] = "application/json"
  response.body = JSON.generate(body)
end
%w[INT TERM].each { |signal| trap(signal) { server.shutdown } }
server.start
