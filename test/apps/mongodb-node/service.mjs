// The service by Node's http and MongoDB's driver. What it makes up itself (ids) it looks up again and does not show.
import { createServer } from "node:http";
import { Long, MongoClient, ObjectId } from "mongodb";

const { PORT, MONGODB_URL, CHANGE = "", POOL_SIZE = "4" } = process.env;
const client = new MongoClient(MONGODB_URL, { maxPoolSize: Number(POOL_SIZE), serverSelectionTimeoutMS: 5000 });
const items = client.db("shop").collection("items");

const bodyOf = async (request) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
};
const shown = ({ _id, ...rest }) => rest;

const routes = {
  "POST /items": async (_, request) => {
    const item = { ...(await bodyOf(request)), sold: Long.fromString("9007199254740993"), at: new Date(0), parts: [{ _id: new ObjectId(), n: 1.5 }] }; // prettier-ignore
    const { insertedId } = await items.insertOne(item);
    const [found] = await items.find({ _id: insertedId }).toArray();
    return {
      ...shown(found),
      parts: found.parts.map(shown),
      sold: String(found.sold),
      isFound: found._id.equals(insertedId),
    };
  },
  "GET /items": async (n) => {
    const found = await items.findOne({ n: Number(n) + (CHANGE === "filter" ? 1 : 0) });
    return found === null ? null : found.name;
  },
  "GET /all": async () => (await items.find({}, { batchSize: 3, sort: { n: 1 } }).toArray()).map(({ n }) => n),
  "GET /visits": async () => (await items.findOneAndUpdate({ _id: "visits" }, { $inc: { count: 1 } }, { upsert: true, returnDocument: "after" })).count, // prettier-ignore
  "GET /failure": async () => {
    await items.insertOne({ _id: "visits" });
  },
};

createServer(async (request, response) => {
  const [, name, argument] = request.url.split("/");
  try {
    response.end(JSON.stringify(await routes[`${request.method} /${name}`](argument, request)));
  } catch (error) {
    response.statusCode = error.code === 11000 ? 409 : 500;
    response.end(JSON.stringify({ code: error.code, message: error.message }));
  }
}).listen(Number(PORT), "127.0.0.1");
