# The service by WEBrick and Debian's redis gem, one connection for each thread that asks.
require "digest"
require "json"
require "redis"
require "webrick"
require "connection_pool"

URL = ENV.fetch("REDIS_URL")
CHANGE = ENV.fetch("CHANGE", "")
SCRIPT = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
TLS = ENV.key?("REDIS_ROOT") ? { ssl_params: { ca_file: ENV["REDIS_ROOT"] } } : {}

SENTINELS = ENV["SENTINEL"]&.split(",")&.map { |place| %i[host port].zip(place.split(":")).to_h }
PLACE = SENTINELS ? { url: "redis://primary", sentinels: SENTINELS, password: "secret" } : { url: URL }

def open_one(**more) = Redis.new(**PLACE, **TLS, **more)

POOL = ConnectionPool.new(size: ENV.fetch("POOL_SIZE", "5").to_i, timeout: 20) { open_one }
OTHER = open_one(db: 1)
HEARD = Hash.new { |all, say| all[say] = Queue.new }

ready = Queue.new
Thread.new do
  open_one.subscribe("news") do |on|
    on.subscribe { ready << true }
    on.message { |_, said| HEARD[said] << said }
  end
end
Thread.new do
  own = open_one
  loop do
    _, job = own.blpop("jobs", timeout: 0)
    POOL.with { |redis| redis.rpush("done:#{job}", (job.to_i * 2).to_s) } if job
  end
end
ready.pop

def pool(&act) = POOL.with(&act)

ROUTES = {
  "items" => lambda do |id|
    next [200, { id: id.to_i, name: pool { |redis| redis.hget("item:#{id}", "name") } }] if CHANGE == "other command"

    item = pool { |redis| redis.hgetall("item:#{CHANGE == "another id" ? id.to_i + 1 : id}") }
    item.empty? ? [404, { missing: id.to_i }] : [200, { id: id.to_i }.merge(item)]
  end,
  "visits" => ->(_) { [200, { n: pool { |redis| redis.incr("visits") } }] },
  "slow" => lambda do |n|
    pool { |redis| redis.set("slow:#{n}", n) }
    [200, { value: pool { |redis| redis.get("slow:#{n}") }, count: pool { |redis| redis.incr("count:#{n}") } }]
  end,
  "pipeline" => lambda do |count|
    replies = pool { |redis| redis.pipelined { |pipe| count.to_i.times { |n| pipe.set("p:#{n}", n); pipe.get("p:#{n}") } } }
    [200, { count: replies.size, sum: replies.sum(&:to_i) }]
  end,
  "transaction" => lambda do |n|
    [200, { results: pool { |redis| redis.multi { |multi| multi.incrby("account", n.to_i); multi.rpush("log", n) } } }]
  end,
  "watch" => lambda do |n|
    pool do |redis|
      redis.watch("w:#{n}") do
        before = redis.get("w:#{n}")
        [200, { before: before, done: !redis.multi { |multi| multi.set("w:#{n}", n) }.nil? }]
      end
    end
  end,
  "script" => lambda do |n|
    value = pool do |redis|
      redis.evalsha(Digest::SHA1.hexdigest(SCRIPT), ["scripted"], [n])
    rescue Redis::CommandError => error
      raise unless error.message.start_with?("NOSCRIPT")

      redis.eval(SCRIPT, ["scripted"], [n])
    end
    [200, { value: value }]
  end,
  "binary" => lambda do |_|
    pool { |redis| redis.set("binary", (0..255).to_a.pack("C*")) }
    [200, { hex: pool { |redis| redis.get("binary") }.unpack1("H*") }]
  end,
  "big" => ->(_) { [200, { length: pool { |redis| redis.get("big") }.bytesize }] },
  "publish" => lambda do |say|
    own = open_one
    message = nil
    own.subscribe("channel:#{say}") do |on|
      on.subscribe { pool { |redis| redis.publish("channel:#{say}", say) } }
      on.message { |_, said| message = said; own.unsubscribe }
    end
    own.close
    [200, { message: message }]
  end,
  "heard" => lambda do |say|
    HEARD[say]
    pool { |redis| redis.publish("news", say) }
    [200, { message: HEARD[say].pop }]
  end,
  "work" => lambda do |n|
    pool { |redis| redis.rpush("jobs", n) }
    [200, { result: pool { |redis| redis.blpop("done:#{n}", timeout: 20) }.last }]
  end,
  "database" => lambda do |n|
    OTHER.set("d", n)
    [200, { value: OTHER.get("d") }]
  end,
  "types" => lambda do |_|
    pool do |redis|
      redis.del("z", "s")
      redis.zadd("z", [[1.5, "one"], [2, "two"]])
      redis.sadd("s", "only")
      scores = redis.zrange("z", 0, -1, with_scores: true)
      [200, { scores: scores, members: redis.smembers("s"), nothing: redis.get("nothing"), list: redis.eval("return {1, 'two', {3}, false}") }]
    end
  end,
  "failure" => lambda do |_|
    pool { |redis| redis.set("word", "abc") }
    [200, { error: pool { |redis| redis.incr("word") } }]
  rescue Redis::CommandError => error
    [200, { error: error.message }]
  end,
}.freeze

server = WEBrick::HTTPServer.new(BindAddress: "127.0.0.1", Port: ENV.fetch("PORT").to_i, Logger: WEBrick::Log.new(File::NULL), AccessLog: [])
server.mount_proc("/") do |request, response|
  _, name, argument = request.path.split("/")
  status, body = ROUTES.fetch(name).call(argument)
  response.status = status
  response.content_type = "application/json"
  response.body = JSON.generate(body)
rescue StandardError => error
  response.status = 500
  response.body = JSON.generate({ error: error.message })
end
trap("TERM") { exit!(0) }
trap("INT") { exit!(0) }
server.start
