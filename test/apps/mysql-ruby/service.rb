# A service with MySQL behind it, by WEBrick, Debian's mysql2 gem and a connection pool: listens on 127.0.0.1:$PORT, asks
# 127.0.0.1:$MYSQL_PORT in text or prepared ($ASKS), and differs by $CHANGE from the program that was recorded.
require "connection_pool"
require "json"
require "mysql2"
require "webrick"

CHANGE = ENV.fetch("CHANGE", "")
PREPARED = ENV.fetch("ASKS", "query") == "execute"
TLS = ENV.fetch("MYSQL_TLS", "") == "" ? {} : { sslkey: nil, ssl_mode: :required, sslverify: false }

def open_one
  Mysql2::Client.new(
    host: "127.0.0.1", port: ENV.fetch("MYSQL_PORT").to_i, username: ENV.fetch("MYSQL_USER", "app"), password: "secret",
    database: "shop", local_infile: true, encoding: "utf8mb4", cast_booleans: false, database_timezone: :utc, **TLS,
    flags: Mysql2::Client::MULTI_STATEMENTS
  )
end

POOL = ConnectionPool.new(size: ENV.fetch("POOL_SIZE", "5").to_i, timeout: 20) { open_one }

def rows_of(result) = (result || []).map { |row| row.transform_values { |cell| cell.nil? ? nil : cell.to_s.b.inspect } }

# Written into the SQL, as most programs on this gem do; or bound.
def ask_on(client, sql, *values)
  return client.prepare(sql).execute(*values) if PREPARED

  rest = values.dup
  client.query(sql.gsub("?") { (value = rest.shift).is_a?(String) ? "'#{client.escape(value)}'" : (value.nil? ? "NULL" : value.to_s) })
end

def ask(sql, *values) = POOL.with { |client| rows_of(ask_on(client, sql, *values)) }

ROUTES = {
  "items" => lambda do |id|
    asked = CHANGE == "another id" ? id.to_i + 1 : id.to_i
    row = POOL.with { |client| ask_on(client, "SELECT id, name, price FROM items WHERE id = ?", asked).first }
    row.nil? ? [404, {}] : [200, { id: row["id"], name: row["name"], price: row["price"].to_s }]
  end,
  "visits" => lambda do |_|
    POOL.with do |client|
      client.query("BEGIN")
      ask_on(client, "UPDATE visits SET n = n + ?", 1)
      n = client.query("SELECT n FROM visits").first["n"]
      client.query("COMMIT")
      [200, { n: n }]
    end
  end,
  # A TIME of more than a day is nothing that the gem can bind.
  "types" => ->(_) { [200, ask("SELECT a, b, e, f, g, h, i, j, l, p, q, t FROM types WHERE a < ?", 100)] },
  "types-text" => ->(_) { [200, POOL.with { |client| rows_of(client.query("SELECT * FROM types", cast: false)) }] },
  "echo" => ->(_) { [200, ask("SELECT ? AS a, ? AS b, ? AS c", "ü 漢 'q'", 0.5, nil)] },
  "insert" => lambda do |name|
    POOL.with do |client|
      ask_on(client, "INSERT INTO items (name, price) VALUES (?, 1.25)", name)
      [200, { id: client.last_id }]
    end
  end,
  "failure" => ->(_) { [200, ask("SELECT * FROM nowhere WHERE id = ?", 1)] },
  "call" => lambda do |n|
    POOL.with do |client|
      sets = [rows_of(client.query("CALL both_of(#{n.to_i}, @m)"))]
      sets << rows_of(client.store_result) while client.next_result
      [200, sets]
    end
  end,
  "load" => lambda do |_|
    POOL.with do |client|
      client.query("LOAD DATA LOCAL INFILE '#{ENV.fetch("MYSQL_ROWS")}' INTO TABLE loaded FIELDS TERMINATED BY ','")
      [200, rows_of(client.query("SELECT COUNT(*) AS n FROM loaded"))]
    end
  end,
  "slow" => ->(n) { [200, ask("SELECT ? AS n, SLEEP(0.02) AS slept", n)] },
}.freeze

server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: ENV.fetch("PORT").to_i, Logger: WEBrick::Log.new(File::NULL), AccessLog: [])
server.mount_proc("/") do |request, response|
  _, name, argument = request.path.split("/")
  status, body = begin
    ROUTES.fetch(name).call(argument)
  rescue Mysql2::Error => error
    [200, { code: error.error_number, state: error.sql_state, message: error.message }]
  end
  response.status = status
  response.content_type = "application/json"
  response.body = JSON.generate(body)
rescue StandardError => error
  response.status = 500
  response.body = JSON.generate({ error: "#{error.class}: #{error.message}" })
end
trap("TERM") { exit!(0) }
trap("INT") { exit!(0) }
server.start
