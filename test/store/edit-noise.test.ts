import { expect, test } from "bun:test";
import { parseDocument } from "yaml";
import { withMockNoise, withTestNoise } from "../../src/store/edit-noise.ts";
import { writeTest } from "../../src/store/envelope.ts";
import { writeYaml } from "../../src/lib/text/yaml-writer.ts";

const written = (noise: Record<string, string[]>): string =>
  writeYaml(
    writeTest(
      { name: "get-a-1", port: 80, isTls: false, noise, startedAt: 0, endedAt: 1 },
      { kind: "Http", spec: { req: { body: "long ".repeat(40) }, resp: { body: "a: |\n  b\n" } } },
      () => {},
    ),
  );

const learned = { rules: { "body.id": ["uuid"], "body.x": [] }, notes: { "body.id": "learned: uuid" } };

test("a list of paths becomes a map, and no other line changes", () => {
  const before = written({ "header.Date": [] });
  expect(withTestNoise(before, learned)).toBe(
    before.replace(
      "    noise: [header.Date]\n",
      "    noise:\n      header.Date: []\n      body.id: [uuid] # learned: uuid\n      body.x: []\n",
    ),
  );
});

test("a map grows at its end, and keeps its comments", () => {
  const before = written({ "body.a": ["^a"], "header.Date": [] }).replace("body.a:", "# mine\n      body.a:");
  const after = withTestNoise(before, learned);
  expect(after).toBe(
    before.replace(
      "      header.Date: []\n",
      "      header.Date: []\n      body.id: [uuid] # learned: uuid\n      body.x: []\n",
    ),
  );
});

test("a rule of the same path goes before what stood there", () => {
  const after = withTestNoise(written({ "body.id": ["number"], "header.Date": [] }), learned);
  expect(parseDocument(after).getIn(["spec", "assertions", "noise"], true)).toMatchObject({});
  expect(parseDocument(after).toJS()).toMatchObject({
    spec: { assertions: { noise: { "header.Date": [], "body.id": ["uuid"], "body.x": [] } } },
  });
});

test("files in other layouts, and without any noise, are edited too", () => {
  for (const before of [
    "version: reprise/v1\nkind: Http\nspec: { req: {}, assertions: { noise: [header.Date] }, created: 1 }\n",
    "version: reprise/v1\nkind: Http\nspec:\n  req: {}\n  created: 1\n",
    "version: reprise/v1\nkind: Http\nspec:\n  req: {}\n  created: 1\n  assertions:\n    noise:\n      - header.Date",
  ]) {
    const data = parseDocument(withTestNoise(before, learned)).toJS() as { spec: { assertions: { noise: object } } };
    expect(data).toMatchObject({ version: "reprise/v1", spec: { created: 1, assertions: { noise: learned.rules } } });
  }
});

test("a mock's noise stands in its own document, before what it was", () => {
  const before = "---\nversion: reprise/v1\nkind: Toy\nname: mock-1\nspec:\n  asked: a\nat: x\ntook: 1\n";
  const after = withMockNoise(before, learned);
  expect(after).toBe(before.replace("spec:", "noise:\n  body.id: [uuid] # learned: uuid\n  body.x: []\nspec:"));
  expect(withMockNoise(after, { rules: { "body.y": ["number"] }, notes: {} })).toBe(
    before.replace("spec:", "noise:\n  body.id: [uuid]\n  body.x: []\n  body.y: [number]\nspec:"),
  );
});
