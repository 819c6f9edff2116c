import { expect, test } from "bun:test";
import { attributionObject, bpfObject, libbpf, steerObject, unixObject } from "../../src/capture/embedded.ts";

test("the objects are ELF files, and libbpf is loaded once", () => {
  for (const object of [bpfObject(), steerObject(), attributionObject(), unixObject()])
    expect(object.subarray(0, 4)).toEqual(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  expect(libbpf()).toBe(libbpf());
});
