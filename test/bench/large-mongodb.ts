/** FerretDB with the Go service of test/apps before it: a cursor of 100,000 documents, 1,000 and 40,000 in an answer. */
import { MongoClient } from "mongodb";
import { goProgram } from "../support/apps.ts";
import { startMongodb } from "../support/mongodb-server.ts";
import type { LargeCase } from "./large.ts";

const DOCUMENTS = 100_000;
const AT_ONCE = 10_000;

export const largeMongodb: LargeCase = {
  name: "MongoDB, a cursor of 100,000 documents",
  paths: ["/rows/1000", "/rows/40000"],
  mostMegabytes: 400,
  start: async (_place, held) => {
    const server = held.use(await startMongodb());
    await fill(server.url);
    return {
      name: largeMongodb.name,
      command: `exec ${goProgram("mongodb-go/v2")}`,
      dependencyPort: server.port,
      env: (port, behind) => ({ PORT: String(port), POOL_SIZE: "2", MONGODB_URL: `mongodb://127.0.0.1:${behind}/` }),
    };
  },
};

async function fill(url: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    const rows = client.db("shop").collection("rows");
    for (let from = 0; from < DOCUMENTS; from += AT_ONCE) {
      const documents = Array.from({ length: AT_ONCE }, (_, at) => documentOf(from + at));
      await rows.insertMany(documents);
    }
  } finally {
    await client.close();
  }
}

/** About 400 bytes of several types. */
const documentOf = (n: number) => ({
  n,
  name: `document ${n}`,
  at: new Date(n * 1000),
  price: n / 8,
  tags: ["a", `b${n % 7}`],
  inner: { text: "x".repeat(200), flag: n % 2 === 0, bytes: Buffer.alloc(64, n % 256) },
});
