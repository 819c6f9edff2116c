/**
 * A real server of MongoDB's protocol of one's own: FerretDB on SQLite, built from the Go module in `test/apps`, on a free
 * port of 127.0.0.1 with its data in a temporary folder; gone afterwards.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { goProgram } from "./apps.ts";
import { freePort } from "./recorded.ts";

export interface MongodbServer extends AsyncDisposable {
  readonly port: number;
  /** `mongodb://127.0.0.1:port/`. */
  readonly url: string;
}

/** Starts it and waits until it answers; `await using` stops it. */
export async function startMongodb(): Promise<MongodbServer> {
  const program = goProgram("mongodb-go/ferretdb");
  const folder = mkdtempSync(join(tmpdir(), "mongodb-"));
  const port = freePort();
  const env = { PATH: process.env["PATH"] ?? "", PORT: String(port), FOLDER: folder };
  const server = Bun.spawn([program], { cwd: folder, env, stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const url = `mongodb://127.0.0.1:${port}/`;
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 20_000 });
  await client.db("admin").command({ ping: 1 });
  await client.close();
  return {
    port,
    url,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
