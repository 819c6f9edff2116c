import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "../../src/core/errors.ts";
import { writeYaml } from "../../src/lib/text/yaml-writer.ts";
import { decodeLeaves, encodeLeaves } from "../../src/store/leaves.ts";
import { readYaml, wholeFile } from "../../src/store/read-yaml.ts";

test("bytes, odd text, large leaves and look-alikes come back through YAML", () => {
  const dir = mkdtempSync(join(tmpdir(), "leaves-"));
  const spec = {
    bytes: new Uint8Array([0, 255, 1]),
    none: new Uint8Array(),
    list: [new Uint8Array([1]), "a", null, 1.5],
    torn: "a\ud800b",
    large: "é".repeat(40_000),
    blob: new Uint8Array(70_000).fill(7),
    small: "x".repeat(60_000),
    alike: { $base64: "aGVsbG8=" },
    more: { $$asset: "x", other: 1 },
    harmless: { base64: "x", size: 3 },
  };
  const assets: string[] = [];
  const plain = encodeLeaves(spec, (name, content) => {
    assets.push(name);
    writeFileSync(join(dir, name), content);
  });
  expect(assets.map((name) => name.replace(/[0-9a-f]{64}/, "…"))).toEqual(["sha256-….txt", "sha256-….bin"]);
  expect(decodeLeaves(readYaml(writeYaml(plain), wholeFile("x")), dir)).toEqual(spec);
  rmSync(dir, { recursive: true });
});

test("a lost asset is an error that names it", () => {
  expect(() => decodeLeaves({ $asset: "sha256-0.bin", size: 1 }, "/nowhere")).toThrow(FormatError);
});

test("an asset's name never leads out of its folder", () => {
  expect(() => decodeLeaves({ $asset: "../../etc/passwd", size: 1 }, "/nowhere")).toThrow("/nowhere/passwd");
});
