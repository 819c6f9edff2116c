"""The service by Python's http.server and PyMongo."""
import datetime
import os
import sys

from bson import Int64, ObjectId, Regex, Timestamp
from pymongo import CursorType, MongoClient, ReturnDocument
from pymongo.errors import DuplicateKeyError

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
from web import serve

change = os.environ.get("CHANGE", "")
root = {"tlsCAFile": os.environ["MONGODB_ROOT"]} if "MONGODB_ROOT" in os.environ else {}
client = MongoClient(
    os.environ["MONGODB_URL"], maxPoolSize=int(os.environ.get("POOL_SIZE", "5")), serverSelectionTimeoutMS=10_000, **root
)
db = client.shop
made = {"made": True} if change == "another field" else {}


def items(argument):
    n = int(argument)
    item = db.items.find_one({"n": n + 1 if change == "another id" else n})
    if item is None:
        return 404, {"missing": n}
    return 200, {"id": n, "name": item["name"], "price": item["price"]}


def types(_):
    written = {
        "_id": "types", "int": 7, "long": Int64(9007199254740993), "double": 1.5, "whole": 2.0, "text": "ü\0☃",
        "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 678000), "flag": True, "nothing": None, "list": [1, "two", {"three": 3}],
        "inner": {"a": {"b": {}}}, "bytes": b"\x00\xff\x10", "pattern": Regex("^a", "i"),
        "id": ObjectId("507f1f77bcf86cd799439011"), "stamp": Timestamp(5, 6),
    }
    db.types.replace_one({"_id": "types"}, written, upsert=True)
    read = db.types.find_one({"_id": "types"})
    at = read["at"].isoformat(timespec="milliseconds") + "Z"
    return 200, {"same": read == written, "long": str(read["long"]), "at": at, "bytes": bytes(read["bytes"]).hex()}


def visits(_):
    after = ReturnDocument.AFTER
    return 200, {"n": db.counters.find_one_and_update({"_id": "visits"}, {"$inc": {"n": 1}}, upsert=True, return_document=after)["n"]}


def add(name):
    mine = {"_id": db.added.insert_one({"name": name, "count": 0, **made}).inserted_id}
    db.added.update_one(mine, {"$inc": {"count": 1}})
    found = db.added.find_one(mine)
    db.reviews.insert_one({"item": mine["_id"], "stars": [{"_id": ObjectId(), "n": 5}]})
    reviews = db.reviews.count_documents({"item": mine["_id"]})
    deleted = db.added.delete_one(mine).deleted_count
    return 200, {"name": found["name"], "count": found["count"], "reviews": reviews, "deleted": deleted}


def many(count):
    ids = db.many.insert_many([{"n": n} for n in range(int(count))]).inserted_ids
    total = sum(each["n"] for each in db.many.find({"_id": {"$in": ids}}, batch_size=10))
    db.many.delete_many({"_id": {"$in": ids}})
    return 200, {"inserted": len(ids), "sum": total}


def stream(size):
    kind = CursorType.EXHAUST if "EXHAUST" in os.environ else CursorType.NON_TAILABLE
    seen = [each["n"] for each in db.items.find({}, batch_size=int(size), sort=[("n", 1)], cursor_type=kind)]
    return 200, {"count": len(seen), "sum": sum(seen)}


def early(_):
    with db.items.find({}, batch_size=2, sort=[("n", 1)]) as cursor:
        return 200, {"seen": [next(cursor)["n"] for _ in range(3)]}


def update(n):
    matched = db.items.update_one({"n": int(n)}, {"$inc": {"price": 1}}).matched_count
    return 200, {"matched": matched, "price": db.items.find_one({"n": int(n)})["price"]}


def totals(_):
    group = {"_id": "$kind", "n": {"$sum": 1}, "total": {"$sum": "$n"}}
    return 200, list(db.items.aggregate([{"$match": {"n": {"$lte": 9}}}, {"$group": group}, {"$sort": {"_id": 1}}]))


def failure(_):
    try:
        db.counters.insert_one({"_id": "visits"})
    except DuplicateKeyError as error:
        return 200, {"code": error.code}


def slow(n):
    mine = {"_id": int(n)}
    db.slow.insert_one({**mine, "count": 0})
    db.slow.update_one(mine, {"$inc": {"count": 1}})
    found = db.slow.find_one(mine)
    return 200, {"value": found["_id"], "count": found["count"]}


def amounts(session=None):
    return [each["amount"] for each in db.account.find({}, sort=[("n", 1)], session=session)]


def transfer(amount, is_aborted):
    with client.start_session() as session:
        session.start_transaction()
        db.account.update_one({"n": 1}, {"$inc": {"amount": -amount}}, session=session)
        db.account.update_one({"n": 2}, {"$inc": {"amount": amount}}, session=session)
        amounts(session)
        session.abort_transaction() if is_aborted else session.commit_transaction()
    return 200, {"amounts": amounts()}


def retry(n):
    db.flaky.insert_one({"n": int(n)})
    return 200, {"inserted": db.flaky.find_one({"n": int(n)}) is not None}


def changes(say):
    with db.news.watch(max_await_time_ms=500) as watching:
        db.news.insert_one({"say": say})
        return 200, {"seen": next(watching)["fullDocument"]["say"]}


routes = {
    "items": items,
    "types": types,
    "visits": visits,
    "add": add,
    "many": many,
    "stream": stream,
    "early": early,
    "update": update,
    "totals": totals,
    "kinds": lambda _: (200, sorted(db.items.distinct("kind"))),
    "failure": failure,
    "big": lambda _: (200, {"length": len(db.big.find_one({"_id": "big"})["bytes"])}),
    "slow": slow,
    "transaction": lambda n: transfer(int(n), False),
    "abort": lambda n: transfer(int(n), True),
    "retry": retry,
    "changes": changes,
}

serve(routes)
