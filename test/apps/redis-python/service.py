"""The service by Python's http.server and redis-py; without hiredis where $PARSER says python."""
import os
import sys
import threading
import urllib.parse

if os.environ.get("PARSER") == "python":
    sys.modules["hiredis"] = None
import redis
import redis.cluster
import redis.sentinel

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
from web import serve

change = os.environ.get("CHANGE", "")
url = os.environ["REDIS_URL"]
version = int(os.environ.get("PROTOCOL", "2"))
tls = {"ssl_ca_certs": os.environ["REDIS_ROOT"]} if "REDIS_ROOT" in os.environ else {}


def pool(**more):
    return redis.BlockingConnectionPool.from_url(
        url, max_connections=int(os.environ.get("POOL_SIZE", "5")), protocol=version, **tls, **more
    )


def places(name):
    return [(place.split(":")[0], int(place.split(":")[1])) for place in os.environ[name].split(",")]


def client(**more):
    parts = urllib.parse.urlsplit(url)
    if "CLUSTER" in os.environ:
        nodes = [redis.cluster.ClusterNode(*place) for place in places("CLUSTER")]
        return redis.RedisCluster(startup_nodes=nodes, password=parts.password, protocol=version, **more)
    if "SENTINEL" in os.environ:
        sentinel = redis.sentinel.Sentinel(places("SENTINEL"), protocol=version)
        return sentinel.master_for("primary", password=parts.password, protocol=version, **more)
    return redis.Redis(connection_pool=pool(**more))


text = client(decode_responses=True)
raw = client()
other = None if "CLUSTER" in os.environ else client(decode_responses=True, db=1)
waiting = {}


def listen(ready):
    own = text.pubsub()
    own.subscribe("news")
    for message in own.listen():
        if message["type"] == "subscribe":
            ready.set()
        elif message["data"] in waiting:
            waiting[message["data"]].set()


def work():
    while True:
        found = text.blpop("jobs", timeout=0)
        if found is not None:
            text.rpush(f"done:{found[1]}", str(int(found[1]) * 2))


def items(key):
    asked = int(key) + 1 if change == "another id" else int(key)
    if change == "other command":
        return 200, {"id": int(key), "name": text.hget(f"item:{key}", "name")}
    item = text.hgetall(f"item:{asked}")
    return (200, {"id": int(key), **item}) if item else (404, {"missing": int(key)})


def slow(n):
    text.set(f"slow:{n}", n)
    return 200, {"value": text.get(f"slow:{n}"), "count": text.incr(f"count:{n}")}


def pipeline(count):
    pipe = text.pipeline(transaction=False)
    for n in range(int(count)):
        pipe.set(f"p:{n}", n)
        pipe.get(f"p:{n}")
    replies = pipe.execute()
    return 200, {"count": len(replies), "sum": sum(int(reply) for reply in replies if reply is not True)}


def transaction(n):
    with text.pipeline() as pipe:
        pipe.incrby("account", n)
        pipe.rpush("log", n)
        return 200, {"results": pipe.execute()}


def watch(n):
    with text.pipeline() as pipe:
        pipe.watch(f"w:{n}")
        before = pipe.get(f"w:{n}")
        pipe.multi()
        pipe.set(f"w:{n}", n)
        return 200, {"before": before, "done": pipe.execute() == [True]}


script = text.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


def by_script(n):
    return 200, {"value": script(keys=["scripted"], args=[n])}


def binary(_):
    raw.set("binary", bytes(range(256)))
    return 200, {"hex": raw.get("binary").hex()}


def publish(say):
    own = text.pubsub(ignore_subscribe_messages=False)
    own.subscribe(f"channel:{say}")
    own.get_message(timeout=5)
    text.publish(f"channel:{say}", say)
    message = own.get_message(timeout=20)
    own.close()
    return 200, {"message": message and message["data"]}


def heard(say):
    waiting[say] = threading.Event()
    text.publish("news", say)
    return 200, {"message": say if waiting[say].wait(20) else None}


def job(n):
    text.rpush("jobs", n)
    return 200, {"result": text.blpop(f"done:{n}", timeout=20)[1]}


def database(n):
    other.set("d", n)
    return 200, {"value": other.get("d")}


def types(_):
    text.delete("z", "s")
    text.zadd("z", {"one": 1.5, "two": 2})
    text.sadd("s", "only")
    return 200, {
        "scores": text.zrange("z", 0, -1, withscores=True),
        "members": list(text.smembers("s")),
        "nothing": text.get("nothing"),
        "list": text.eval("return {1, 'two', {3}, false}", 0),
        "map": str(text.eval("redis.setresp(3); return redis.call('HGETALL', KEYS[1])", 1, "item:7")),
        "double": str(text.eval("return {double=1.5}", 0) if version == 3 else None),
    }


def failure(_):
    text.set("word", "abc")
    try:
        return 200, {"error": text.incr("word")}
    except redis.ResponseError as error:
        return 200, {"error": str(error)}


routes = {
    "items": items,
    "visits": lambda _: (200, {"n": text.incr("visits")}),
    "slow": slow,
    "pipeline": pipeline,
    "transaction": transaction,
    "watch": watch,
    "script": by_script,
    "binary": binary,
    "big": lambda _: (200, {"length": len(raw.get("big"))}),
    "publish": publish,
    "heard": heard,
    "work": job,
    "database": database,
    "types": types,
    "failure": failure,
}

if "CLUSTER" not in os.environ:
    ready = threading.Event()
    threading.Thread(target=listen, args=(ready,), daemon=True).start()
    threading.Thread(target=work, daemon=True).start()
    ready.wait()
serve(routes)
