import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { searchProgram, type Sought } from "../../src/target/program-search.ts";
import { Folder } from "../support/folder.ts";

const of = (bytes: Uint8Array, isOfProgram = false): Sought => ({ bytes, isOfProgram });

const nothing = Array.from({ length: 300 }, () => of(randomBytes(16)));

/** A process that holds these bytes in its memory, at an odd place, and has said so. */
const holding = async (bytes: Uint8Array) => {
  const script = `import sys; held = b"x" * 3000001 + bytes(255 - b for b in bytes.fromhex(sys.argv[1])); print("held", flush=True); input()`; // prettier-ignore
  const words = [Buffer.from(Uint8Array.from(bytes, (byte) => 255 - byte)).toString("hex")];
  const child = Bun.spawn(["python3", "-c", script, ...words], { stdin: "pipe", stdout: "pipe" });
  await child.stdout.getReader().read();
  return { pid: child.pid, [Symbol.dispose]: () => child.kill("SIGKILL") };
};

const none = { programs: [], sources: [] };

test("what is in a process's memory is found there, wherever it lies", async () => {
  const bytes = randomBytes(16);
  using process = await holding(bytes);
  const signal = AbortSignal.timeout(10_000);
  expect(await searchProgram(process.pid, none, [...nothing, of(bytes, true)], signal)).toEqual({
    sought: nothing.length,
    file: null,
  });
  expect(await searchProgram(process.pid, none, nothing, signal)).toBeNull();
});

test("in a file it is found at every place, and where two reads meet", async () => {
  using folder = new Folder();
  const sought = of(randomBytes(33));
  const file = folder.at("file");
  const places = [0, 1, 7, 8, 4097, (1 << 20) - 33, (1 << 20) - 32, (1 << 20) - 1, 1 << 20, (2 << 20) - 5];
  for (const place of places) {
    const found = { sought: 0, file };
    writeFileSync(file, Buffer.concat([randomBytes(place), sought.bytes, randomBytes(place % 5)]));
    const at = { programs: [], sources: [folder.at("none"), file] };
    expect([place, await searchProgram(2 ** 30, at, [sought, ...nothing], AbortSignal.timeout(5000))]).toEqual([
      place,
      found,
    ]);
  }
});

test("what is of programs does not count in sources", async () => {
  using folder = new Folder();
  const bytes = randomBytes(20);
  const file = folder.at("file");
  writeFileSync(file, bytes);
  const signal = AbortSignal.timeout(5000);
  const inSource = await searchProgram(2 ** 30, { programs: [], sources: [file] }, [of(bytes, true)], signal);
  const inProgram = await searchProgram(2 ** 30, { programs: [file], sources: [] }, [of(bytes, true)], signal);
  expect([inSource, inProgram]).toEqual([null, { sought: 0, file }]);
});

test("who has no time is not answered", async () => {
  expect(await searchProgram(process.pid, none, nothing, AbortSignal.abort())).toBeNull();
});
