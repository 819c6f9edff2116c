import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadLibbpf } from "../../ffi/libbpf.ts";
import { EnvironmentError } from "../../src/core/errors.ts";
import { Folder } from "../support/folder.ts";

const libraryPath = join(import.meta.dir, "../../dist/native/libbpf.so");

// First, since a library that is loaded is found again by its path, which names a descriptor.
test("bytes that are no library are an error of the environment", () => {
  expect(() => loadLibbpf(new Uint8Array(100))).toThrow(EnvironmentError);
});

test("it is loaded from memory, and nothing is left on disk", () => {
  using folder = new Folder();
  const program = `
    import { readFileSync } from "node:fs";
    import { loadLibbpf } from "${join(import.meta.dir, "../../ffi/libbpf.ts")}";
    const { bpf_object__open_mem } = loadLibbpf(readFileSync("${libraryPath}"));
    console.log(bpf_object__open_mem(new Uint8Array(4), 4n, null));`;
  const env = { ...process.env, TMPDIR: folder.path };
  const { stdout } = Bun.spawnSync([process.execPath, "-e", program], { env, cwd: folder.path });
  expect([stdout.toString(), readdirSync(folder.path)]).toEqual(["null\n", []]);
});
