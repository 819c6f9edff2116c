/**
 * The conformance suite: every protocol of the registry, over every wire recorded for it.
 *
 * A protocol is covered from the moment it is in `src/protocols/index.ts`; what it owes is wires in
 * `test/wires/<name>` and, if its replay makes anything up, an entry in `set-up.ts`.
 */
import { describe, expect, test } from "bun:test";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { wireFolders, wiresOf } from "../support/wire.ts";
import { cuttingFaults } from "./cutting.ts";
import { detectionFaults } from "./detection.ts";
import { gapFaults } from "./gaps.ts";
import { hugeLengthFaults, mutationFaults, randomFaults } from "./hostile.ts";
import { replayFaults } from "./replaying.ts";
import { nothing, setUps } from "./set-up.ts";
import { editFaults, yamlFaults } from "./yaml.ts";

const all = [...protocols, fallback];
const LIMIT_MS = 30_000;

test("names are unique, and every driver drives a protocol of the registry", () => {
  const names = all.map((protocol) => protocol.name);
  expect([...new Set(names)]).toEqual(names);
  const kinds = all.flatMap((protocol) => protocol.kinds);
  expect([...new Set(kinds)]).toEqual(kinds);
  expect(drivers.filter((driver) => !names.includes(driver.protocol))).toEqual([]);
});

test("every folder of wires belongs to a protocol", () => {
  const names = all.map((protocol) => protocol.name);
  expect(wireFolders().filter((name) => !names.includes(name))).toEqual([]);
});

for (const protocol of all) {
  const wires = wiresOf(protocol.name);
  describe(protocol.name, () => {
    test("has wires", () => {
      const sentence = `test/wires/${protocol.name} holds no .wire file: record one with startTapProxy and saveWire`;
      expect(wires.length === 0 ? sentence : "").toBe("");
    });

    test(
      "raises nothing but FormatError on random bytes",
      () => expect(randomFaults(protocol, 300)).toEqual([]),
      LIMIT_MS,
    );

    for (const wire of wires) {
      describe(wire.name, () => {
        const owner = protocol === fallback ? null : protocol.name;
        test(
          "is claimed by its protocol alone, once and for all",
          () => expect(detectionFaults(protocols, wire, owner)).toEqual([]),
          LIMIT_MS,
        );
        test(
          "cut or joined gives the same exchanges",
          () => expect(cuttingFaults(protocol, wire)).toEqual([]),
          LIMIT_MS,
        );
        test("survives YAML", () => expect(yamlFaults(protocol, wire)).toEqual([]), LIMIT_MS);
        test(
          "edited YAML is a spec or a FormatError",
          () => expect(editFaults(protocol, wire, 3000)).toEqual([]),
          LIMIT_MS,
        );
        test(
          "replays byte for byte",
          () => expect(replayFaults(protocol, wire, setUps[protocol.name] ?? nothing)).toEqual([]),
          LIMIT_MS,
        );
        test(
          "with a gap anywhere, emits whole exchanges or none",
          () => expect(gapFaults(protocol, wire)).toEqual([]),
          LIMIT_MS,
        );
        test(
          "with bytes changed, raises nothing but FormatError",
          () => expect(mutationFaults(protocol, wire, 100)).toEqual([]),
          LIMIT_MS,
        );
        test(
          "with any length made huge, allocates nothing",
          () => expect(hugeLengthFaults(protocol, wire, 60)).toEqual([]),
          LIMIT_MS,
        );
      });
    }
  });
}
