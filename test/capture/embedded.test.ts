import { expect, test } from "bun:test";
import { bpfObject, libbpf } from "../../src/capture/embedded.ts";

test("the object is an ELF file, and libbpf is loaded once", () => {
  expect(bpfObject().subarray(0, 4)).toEqual(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  expect(libbpf()).toBe(libbpf());
});
