import { expect, test } from "bun:test";
import { startDecoder } from "../../src/cli/start-decoder.ts";
import type { DecodeReport } from "../../src/record/decode-messages.ts";

test("it answers orders", async () => {
  const worker = startDecoder();
  const { promise, resolve } = Promise.withResolvers<DecodeReport>();
  worker.addEventListener("message", ({ data }: MessageEvent<DecodeReport>) => resolve(data));
  const job = { journal: "/no/journal", root: "/no", testSet: "x", owner: null, leftOut: [], isLive: false };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
  worker.postMessage({ do: "decode", job });
  expect((await promise).says).toBe("failed");
  worker.terminate();
});
