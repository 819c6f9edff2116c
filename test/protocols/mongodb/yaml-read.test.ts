import { expect, test } from "bun:test";
import { fromYaml } from "../../../src/protocols/mongodb/yaml-read.ts";
import { toYaml } from "../../../src/protocols/mongodb/yaml-write.ts";
import type { MongoSpec } from "../../../src/protocols/mongodb/spec.ts";
import { bson } from "./messages.ts";

const request = bson({ find: "a", $db: "b" });
const odd = new Uint8Array(Buffer.from("0800000006610000", "hex"));

test("reads what is written", () => {
  const specs: MongoSpec[] = [
    { type: "command", request, made: [], answers: [{ flags: 0, document: bson({ ok: 1 }) }], afterMs: 0 },
    {
      type: "command",
      request,
      made: ["507f1f77bcf86cd799439011"],
      answers: [{ flags: 2, document: odd }],
      afterMs: 5,
    },
    { type: "command", request, made: [], answers: [], afterMs: 0 },
    { type: "hello", name: "isMaster", document: bson({ ok: 1 }) },
  ];
  for (const spec of specs) {
    const { kind, spec: written } = toYaml(spec);
    expect(fromYaml(kind, written)).toEqual(spec);
  }
});

test("names what is wrong", () => {
  const wrong: [string, unknown, string][] = [
    ["Other", {}, "kind"],
    ["MongoHello", { name: "no" }, "spec.name"],
    ["MongoCommand", { request: {}, reply: {} }, "spec.request"],
    ["MongoCommand", { request: { ping: 1 } }, "spec.reply"],
    ["MongoCommand", { request: { ping: 1 }, reply: {}, made: ["x"] }, "spec.made[0]"],
    ["MongoCommand", { request: { ping: 1 }, replies: [{ flags: -1, document: {} }] }, "spec.replies[0].flags"],
    ["MongoCommand", { request: new Uint8Array(3), reply: {} }, "spec.request"],
  ];
  for (const [kind, spec, path] of wrong) expect(() => fromYaml(kind, spec)).toThrow(`${path} is not`);
});
