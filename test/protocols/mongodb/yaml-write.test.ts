import { expect, test } from "bun:test";
import { Long } from "bson";
import { KINDS, toYaml } from "../../../src/protocols/mongodb/yaml-write.ts";
import { bson } from "./messages.ts";

const request = bson({ find: "a", limit: 1, $db: "b" });

test("commands read as people write them", () => {
  const answers = [{ flags: 0, document: bson({ n: Long.fromNumber(5), ok: 1 }) }];
  expect(toYaml({ type: "command", request, made: [], answers, afterMs: 0 })).toEqual({
    kind: KINDS.command,
    spec: { request: { find: "a", limit: 1, $db: "b" }, reply: { n: { $numberLong: "5" }, ok: 1 } },
  });
});

test("several answers and what is odd are said, and bytes stay where text would lose them", () => {
  // A field of a type that nobody writes any more.
  const odd = new Uint8Array(Buffer.from("0800000006610000", "hex"));
  const answers = [{ flags: 2, document: odd }];
  const made = ["507f1f77bcf86cd799439011"];
  expect(toYaml({ type: "command", request, made, answers, afterMs: 7 }).spec).toEqual({
    request: { find: "a", limit: 1, $db: "b" },
    made,
    afterMs: 7,
    replies: [{ flags: 2, document: odd }],
  });
  expect(toYaml({ type: "hello", name: "hello", document: bson({ ok: 1 }) })).toEqual({
    kind: KINDS.hello,
    spec: { name: "hello", reply: { ok: 1 } },
  });
});
