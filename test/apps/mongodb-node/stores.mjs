// What the service asks of MongoDB, by the driver itself and by Mongoose's models and sessions.
import { readFileSync } from "node:fs";

const { MONGODB_URL_FILE, MONGODB_ROOT, CHANGE = "", POOL_SIZE = "5" } = process.env;
const MONGODB_URL = MONGODB_URL_FILE === undefined ? process.env.MONGODB_URL : readFileSync(MONGODB_URL_FILE, "utf8");
const options = {
  maxPoolSize: Number(POOL_SIZE),
  serverSelectionTimeoutMS: 10_000,
  ...(MONGODB_ROOT === undefined ? {} : { ca: readFileSync(MONGODB_ROOT) }),
};
const asked = (n) => (CHANGE === "another id" ? n + 1 : n);
const made = CHANGE === "another field" ? { made: true } : {};

async function byDriver() {
  const driver = await import("mongodb");
  const client = new driver.MongoClient(MONGODB_URL, options);
  return {
    ...common(client.db("shop"), client, driver),
    item: (n) =>
      client
        .db("shop")
        .collection("items")
        .findOne({ n: asked(n) }),
  };
}

async function byMongoose() {
  const { default: mongoose } = await import("mongoose");
  const { Schema } = mongoose;
  await mongoose.connect(MONGODB_URL, { ...options, dbName: "shop", autoIndex: false, autoCreate: false });
  const Item = mongoose.model("Item", new Schema({ n: Number, name: String, price: Number, kind: String }), "items");
  const Review = mongoose.model(
    "Review",
    new Schema({ item: Schema.Types.ObjectId, stars: [{ n: Number }] }),
    "reviews",
  );
  const schema = new Schema(
    { name: String, count: { type: Number, default: 0 }, made: Boolean },
    { timestamps: false },
  );
  const Added = mongoose.model("Added", schema, "added");
  return {
    ...common(mongoose.connection.db, mongoose.connection.getClient(), mongoose.mongo),
    item: (n) => Item.findOne({ n: asked(n) }),
    add: async (name) => {
      const item = await new Added({ name, ...made }).save();
      await Added.findByIdAndUpdate(item._id, { $inc: { count: 1 } });
      const found = await Added.findById(item._id);
      await Review.create({ item: item._id, stars: [{ n: 5 }, { n: 4 }] });
      const reviews = await Review.countDocuments({ item: item._id });
      const { deletedCount } = await Added.deleteOne({ _id: item._id });
      return { name: found.name, count: found.count, reviews, deleted: deletedCount };
    },
    stream: async (size) => {
      let [count, sum] = [0, 0];
      for await (const { n } of Item.find({}).sort({ n: 1 }).batchSize(size).cursor())
        [count, sum] = [count + 1, sum + n];
      return { count, sum };
    },
    kinds: async () => (await Item.distinct("kind")).toSorted(),
  };
}

export const stores = { mongodb: byDriver, mongoose: byMongoose };

function common(db, client, { Binary, BSONRegExp, Double, Int32, Long, ObjectId, Timestamp }) {
  const collection = (name) => db.collection(name);
  const amounts = async (session) =>
    (
      await collection("account")
        .find({}, { session, sort: { n: 1 } })
        .toArray()
    ).map(({ amount }) => amount);
  return {
    types: async () => {
      const written = {
        _id: "types",
        int: new Int32(7),
        long: Long.fromString("9007199254740993"),
        double: new Double(1.5),
        whole: new Double(2),
        text: "ü\u0000☃",
        at: new Date("2026-01-02T03:04:05.678Z"),
        flag: true,
        nothing: null,
        list: [1, "two", { three: 3 }],
        inner: { a: { b: {} } },
        bytes: new Binary(Buffer.from("00ff10", "hex")),
        pattern: new BSONRegExp("^a", "i"),
        id: new ObjectId("507f1f77bcf86cd799439011"),
        stamp: new Timestamp({ t: 5, i: 6 }),
      };
      await collection("types").replaceOne({ _id: "types" }, written, { upsert: true });
      const raw = { promoteValues: false, promoteLongs: false, bsonRegExp: true };
      const read = await collection("types").findOne({ _id: "types" }, raw);
      const keys = Object.keys(written);
      const plain = (each) => JSON.stringify(keys.map((key) => each[key]));
      return {
        same: plain(written) === plain(read),
        long: String(read.long),
        at: read.at.toISOString(),
        bytes: Buffer.from(read.bytes.buffer).toString("hex"),
      };
    },
    visit: async () =>
      (
        await collection("counters").findOneAndUpdate(
          { _id: "visits" },
          { $inc: { n: 1 } },
          { upsert: true, returnDocument: "after" },
        )
      ).n,
    add: async (name) => {
      const { insertedId } = await collection("added").insertOne({ name, count: 0, ...made });
      await collection("added").updateOne({ _id: insertedId }, { $inc: { count: 1 } });
      const found = await collection("added").findOne({ _id: insertedId });
      await collection("reviews").insertOne({ item: insertedId, stars: [{ _id: new ObjectId(), n: 5 }] });
      const reviews = await collection("reviews").countDocuments({ item: insertedId });
      const { deletedCount } = await collection("added").deleteOne({ _id: insertedId });
      return { name: found.name, count: found.count, reviews, deleted: deletedCount };
    },
    many: async (count) => {
      const { insertedCount, insertedIds } = await collection("many").insertMany(
        Array.from({ length: count }, (_, n) => ({ n })),
      );
      const ids = Object.values(insertedIds);
      let sum = 0;
      for await (const { n } of collection("many").find({ _id: { $in: ids } }, { batchSize: 10 })) sum += n;
      await collection("many").deleteMany({ _id: { $in: ids } });
      return { inserted: insertedCount, sum };
    },
    stream: async (size) => {
      let [count, sum] = [0, 0];
      for await (const { n } of collection("items").find({}, { batchSize: size, sort: { n: 1 } }))
        [count, sum] = [count + 1, sum + n];
      return { count, sum };
    },
    early: async () => {
      const cursor = collection("items").find({}, { batchSize: 2, sort: { n: 1 } });
      const seen = [];
      while (seen.length < 3) seen.push((await cursor.next()).n);
      await cursor.close();
      return { seen };
    },
    update: async (n) => {
      const { matchedCount } = await collection("items").updateOne({ n }, { $inc: { price: 1 } });
      return { matched: matchedCount, price: (await collection("items").findOne({ n })).price };
    },
    totals: () =>
      collection("items")
        .aggregate([
          { $match: { n: { $lte: 9 } } },
          { $group: { _id: "$kind", n: { $sum: 1 }, total: { $sum: "$n" } } },
          { $sort: { _id: 1 } },
        ])
        .toArray(),
    kinds: async () => (await collection("items").distinct("kind")).toSorted(),
    failure: async () => await collection("counters").insertOne({ _id: "visits" }),
    big: async () => ({ length: (await collection("big").findOne({ _id: "big" })).bytes.buffer.length }),
    slow: async (n) => {
      await collection("slow").insertOne({ _id: n, count: 0 });
      await collection("slow").updateOne({ _id: n }, { $inc: { count: 1 } });
      const { _id, count } = await collection("slow").findOne({ _id: n });
      return { value: _id, count };
    },
    transfer: async (amount, isAborted) => {
      await client.withSession(async (session) => {
        session.startTransaction();
        await collection("account").updateOne({ n: 1 }, { $inc: { amount: -amount } }, { session });
        await collection("account").updateOne({ n: 2 }, { $inc: { amount } }, { session });
        await amounts(session);
        await (isAborted ? session.abortTransaction() : session.commitTransaction());
      });
      return { amounts: await amounts() };
    },
    retry: async (n) => {
      await collection("flaky").insertOne({ n });
      return { inserted: (await collection("flaky").findOne({ n })) !== null };
    },
    changes: async (say) => {
      const stream = collection("news").watch([], { maxAwaitTimeMS: 500 });
      const next = new Promise((resolve, reject) => stream.on("change", resolve).on("error", reject));
      await new Promise((resolve) => stream.cursor.on("init", resolve));
      await collection("news").insertOne({ say });
      const { fullDocument } = await next;
      await stream.close();
      return { seen: fullDocument.say };
    },
  };
}
