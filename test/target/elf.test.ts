/** Against readelf, on a program that is there. */
import { expect, test } from "bun:test";
import { open } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Elf, Load } from "../../src/target/elf.ts";
import { Folder } from "../support/folder.ts";

const program = "/bin/sh";

test("sections and segments are those that readelf shows", async () => {
  await using file = await open(program);
  const elf = await Elf.read(file);
  const shown = execFileSync("readelf", ["-SW", program], { encoding: "utf8" });
  const [, address = "", offset = "", size = ""] = /\.text +PROGBITS +(\w+) (\w+) (\w+)/.exec(shown) ?? [];
  const text = elf?.sections.get(".text");
  expect(text).toEqual({
    address: Number.parseInt(address, 16),
    offset: Number.parseInt(offset, 16),
    size: Number.parseInt(size, 16),
  });
  const loads = execFileSync("readelf", ["-lW", program], { encoding: "utf8" }).match(/^ +LOAD/gm) ?? [];
  expect(elf?.segments.filter(({ type }) => type === Load)).toHaveLength(loads.length);
  expect(elf?.offsetOf(text?.address ?? 0)).toBe(text?.offset ?? -1);
  expect((await elf?.section(".text"))?.byteLength).toBe(text?.size);
  expect(await elf?.symbol("no_such_symbol")).toBeNull();
});

test("what others may link to is found in what is stripped, too", async () => {
  const library = join(import.meta.dir, "../../dist/native/libbpf.so");
  await using file = await open(library);
  const elf = await Elf.read(file);
  const shown = execFileSync("readelf", ["--dyn-syms", "-W", library], { encoding: "utf8" });
  const [, value = ""] = /: (\w+) .* bpf_object__load(?:@|$)/m.exec(shown) ?? [];
  expect(await elf?.exported("bpf_object__load")).toBe(Number.parseInt(value, 16));
  expect(await elf?.exported("bpf_object__loa")).toBeNull();
});

test("what is no program is none", async () => {
  using folder = new Folder();
  for (const content of ["", "#!/bin/sh\n", `\x7fELF${"x".repeat(100)}`]) {
    await using file = await open(folder.write("file", content));
    expect(await Elf.read(file)).toBeNull();
  }
});
