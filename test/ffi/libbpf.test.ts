import { expect, test } from "bun:test";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLibbpf } from "../../ffi/libbpf.ts";
import { EnvironmentError } from "../../src/core/errors.ts";

const library = readFileSync(join(import.meta.dir, "../../dist/native/libbpf.so"));

// First, since a library that is loaded is found again by its path, which names a descriptor.
test("bytes that are no library are an error of the environment", () => {
  expect(() => loadLibbpf(new Uint8Array(100))).toThrow(EnvironmentError);
});

test("it is loaded from memory, and nothing is left on disk", () => {
  const before = readdirSync(tmpdir()).filter((name) => name.endsWith(".so"));
  const { bpf_object__open_mem } = loadLibbpf(library);
  expect(bpf_object__open_mem(new Uint8Array(4), 4n, null)).toBeNull();
  expect(readdirSync(tmpdir()).filter((name) => name.endsWith(".so"))).toEqual(before);
});
