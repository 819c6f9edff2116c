import { expect, test } from "bun:test";
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import {
  callError,
  checked,
  duplicateFrom,
  errno,
  errnoText,
  groupsOf,
  homeOf,
  libc,
  makeBlocking,
  memoryFile,
  pipe,
  watchModified,
} from "../../ffi/libc.ts";
import { Folder } from "../support/folder.ts";

const flags = (fd: number) =>
  Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "", 8);
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

test("a failed call names itself, the errno and what it means", () => {
  const failed = libc().fcntl(-1, 3, 0);
  expect([failed, errno()]).toEqual([-1, 9]);
  expect(() => checked("fcntl", failed)).toThrow("fcntl failed: EBADF: bad file descriptor.");
  expect(checked("fcntl", 5n)).toBe(5);
  expect(errnoText(9999)).toBe("errno 9999");
  expect(callError("mount", 1, { hint: "Run as root." })).toMatchObject({
    code: "environment.kernel",
    message: "mount failed: EPERM: operation not permitted.",
    hint: "Run as root.",
  });
});

test.each([true, false])("a file in memory closes on exec and runs if it is to (%p)", async (executable) => {
  const fd = memoryFile("test", executable);
  writeSync(fd, readFileSync("/bin/true"));
  expect(flags(fd) & O_CLOEXEC).toBe(O_CLOEXEC);
  if (executable) expect(await Bun.spawn([`/proc/${process.pid}/fd/${fd}`]).exited).toBe(0);
  closeSync(fd);
});

test("a pipe carries bytes, closes on exec and can be made blocking", () => {
  const { readEnd, writeEnd } = pipe();
  writeSync(writeEnd, "word");
  const buffer = Buffer.alloc(10);
  expect(buffer.toString("utf8", 0, readSync(readEnd, buffer))).toBe("word");
  expect([readEnd, writeEnd].map((fd) => flags(fd) & O_CLOEXEC)).toEqual([O_CLOEXEC, O_CLOEXEC]);
  libc().fcntl(readEnd, 4, O_NONBLOCK);
  expect(flags(readEnd) & O_NONBLOCK).toBe(O_NONBLOCK);
  makeBlocking(readEnd);
  expect(flags(readEnd) & O_NONBLOCK).toBe(0);
  closeSync(readEnd);
  closeSync(writeEnd);
});

test("a watch becomes readable when the file changes; without a file there is none", () => {
  using folder = new Folder();
  const path = folder.write("file", "one");
  const fd = watchModified(path);
  expect(() => readSync(fd, Buffer.alloc(64))).toThrow("EAGAIN");
  writeFileSync(path, "two");
  expect(readSync(fd, Buffer.alloc(64))).toBeGreaterThan(0);
  closeSync(fd);
  expect(watchModified(folder.at("nowhere"))).toBe(-1);
});

test("users are those of the machine", () => {
  expect(homeOf("root")).toBe(execFileSync("getent", ["passwd", "root"], { encoding: "utf8" }).split(":")[5] ?? "");
  expect([homeOf("no-such-user-here"), groupsOf("no-such-user-here", 77)]).toEqual([null, [77]]);
});

test("a duplicate has at least the number asked for, leads to the same file and closes on exec", () => {
  const { readEnd, writeEnd } = pipe();
  const twin = duplicateFrom(writeEnd, 200);
  try {
    expect([twin >= 200, (flags(twin) & O_CLOEXEC) !== 0]).toEqual([true, true]);
    writeSync(twin, "x");
    const byte = new Uint8Array(1);
    expect([readSync(readEnd, byte), byte[0]]).toEqual([1, 0x78]);
    expect(() => duplicateFrom(-1, 200)).toThrow("fcntl failed: EBADF");
  } finally {
    for (const fd of [readEnd, writeEnd, twin]) closeSync(fd);
  }
});

test("a thread with files of its own keeps them to itself, and fetches what is opened later", async () => {
  const script = `
    import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
    import { fetchFile, separateFiles } from "${join(import.meta.dir, "../../ffi/libc.ts")}";
    separateFiles();
    self.onmessage = ({ data }) => {
      const own = fetchFile(data);
      const text = readFileSync(own, "utf8");
      closeSync(own);
      self.postMessage({ text, isThere: existsSync(\`/proc/thread-self/fd/\${data}\`) });
    };
    self.postMessage("ready");`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const heard = () =>
    new Promise((resolve) => worker.addEventListener("message", ({ data }) => resolve(data), { once: true }));
  expect(await heard()).toBe("ready");
  const fd = openSync(import.meta.path, "r");
  // Above what the thread has copied, so that the number is none of its own.
  const late = duplicateFrom(fd, 300);
  const told = heard();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to aim at
  worker.postMessage(late);
  expect(await told).toEqual({ text: expect.stringContaining("fetches what is opened later"), isThere: false });
  worker.terminate();
  closeSync(late);
  closeSync(fd);
});
