import { expect, test } from "bun:test";
import { MessageChannel } from "node:worker_threads";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import type { DecodeReport } from "../../src/record/decode-messages.ts";
import { serveDecoding } from "../../src/record/serve-decoding.ts";

test("an order that cannot be carried out is answered with the failure", async () => {
  const { port1: near, port2: far } = new MessageChannel();
  serveDecoding(far as unknown as Worker, { protocols, fallback, drivers });
  const { promise, resolve } = Promise.withResolvers<DecodeReport>();
  near.once("message", resolve);
  far.start();
  const job = { journal: "/no/journal", root: "/no", testSet: "x", owner: null, leftOut: [], isLive: false };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
  near.postMessage({ do: "decode", job });
  expect(await promise).toMatchObject({ says: "failed", failure: { message: expect.stringContaining("ENOENT") } });
  near.close();
});
