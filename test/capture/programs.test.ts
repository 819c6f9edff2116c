import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Glob } from "bun";
import { join } from "node:path";
import { beginHooks, goProbes, receiveHooks, sendHooks } from "../../src/capture/attribution.ts";
import { mapModes, programs } from "../../src/capture/programs.ts";
import { steerPrograms } from "../../src/capture/steer.ts";
import { refusingHooks, seeingHooks } from "../../src/capture/unix-sockets.ts";

const bpf = join(import.meta.dir, "../../bpf");
const sources = [...new Glob("**/*.h").scanSync(bpf)].map((path) => readFileSync(join(bpf, path), "utf8")).join("\n");

test("the lists are what bpf/ has, under the same hooks", () => {
  const found = [...sources.matchAll(/^SEC\("([^"]+)"\)\nint (?:BPF_PROG\()?(\w+)[(,)]/gm)].map(
    ([, hook, name]) => `${name} ${hook}`,
  );
  const ofSockets = new Set([...seeingHooks, ...refusingHooks].flat());
  const optional = [...sendHooks, ...receiveHooks, ...beginHooks, ...goProbes, ...ofSockets];
  expect([...programs, ...steerPrograms, ...optional].map(({ name, hook }) => `${name} ${hook}`).toSorted()).toEqual(
    found.toSorted(),
  );
});

test("the maps that have modes are maps of bpf/", () => {
  const found = [...sources.matchAll(/^\} (\w+) SEC\("\.maps"\);/gm)].map(([, name]) => name);
  expect(found).toEqual(expect.arrayContaining(Object.keys(mapModes)));
});
