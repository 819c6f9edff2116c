/** One recording for all tests of a `describe`: made before the first of them, and gone with its folder after the last. */
import { afterAll, beforeAll } from "bun:test";
import { Folder } from "./folder.ts";

const LIMIT_MS = 300_000;

/** What `record` made, for use within the tests; nothing is recorded where root lacks, since `rootTest` skips them. */
export function recordedOnce<T>(record: (folder: Folder) => Promise<T>): () => T {
  const folder = new Folder();
  let made: { readonly recording: T } | null = null;
  beforeAll(async () => {
    if (process.getuid?.() === 0) made = { recording: await record(folder) };
  }, LIMIT_MS);
  afterAll(() => folder[Symbol.dispose]());
  return () => {
    if (made === null) throw new Error("nothing was recorded");
    return made.recording;
  };
}
