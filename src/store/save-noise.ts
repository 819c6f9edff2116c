/**
 * Stores what was learned in the files of a test set. Each file is replaced as a whole or not at all, and files about
 * which nothing was learned are not touched.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocuments, readSpan } from "./documents.ts";
import { type NotedNoise, withMockNoise, withTestNoise } from "./edit-noise.ts";
import { testSetPaths } from "./layout.ts";
import { type Owner, writePieces, writeWhole } from "./write-file.ts";

/** By test, and by mock. */
export interface NoiseToSave {
  readonly tests: ReadonlyMap<string, NotedNoise>;
  readonly mocks: ReadonlyMap<string, NotedNoise>;
}

/** `files` gives the file of each test. */
export function saveNoise(
  testSet: { readonly dir: string; readonly tests: readonly { readonly name: string; readonly file: string }[] },
  { tests, mocks }: NoiseToSave,
  owner: Owner,
): void {
  for (const { name, file } of testSet.tests) {
    const noise = tests.get(name);
    if (noise !== undefined) writeWhole(file, withTestNoise(readFileSync(file, "utf8"), noise), owner);
  }
  if (mocks.size > 0) {
    const file = testSetPaths(testSet.dir).mocks;
    writePieces(file, mocksWith(file, mocks), owner);
  }
}

/** The file in pieces; what stands between the documents stays. */
function* mocksWith(file: string, mocks: NoiseToSave["mocks"]): Generator<string> {
  let from = 0;
  for (const { text, offset, length } of readDocuments(file)) {
    if (offset > from) yield readSpan(file, { offset: from, length: offset - from });
    const name = /^name:[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*?))[ \t]*$/m.exec(text);
    const noise = mocks.get(name?.[1] ?? name?.[2] ?? name?.[3] ?? "");
    yield noise === undefined ? text : withMockNoise(text, noise);
    from = offset + length;
  }
}

/** The file of a test whose set is not open. */
export const testFile = (dir: string, name: string): string => join(testSetPaths(dir).tests, `${name}.yaml`);
