import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { fromYaml, keyOf, toYaml } from "../../../src/protocols/generic/spec.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("text is written as text, bytes as bytes, and both are read back", () => {
  const spec = { request: [bytes("PING\r\n")], response: [Uint8Array.of(0, 255)], closes: false, isPush: false };
  const yaml = toYaml(spec);
  expect(yaml).toEqual({ kind: "Generic", spec: { request: ["PING\r\n"], response: [Uint8Array.of(0, 255)] } });
  expect(fromYaml(yaml.kind, yaml.spec)).toEqual(spec);
});

test("a greeting, and a server that closes", () => {
  const spec = { request: [], response: [bytes("bye\n")], closes: true, isPush: false };
  const yaml = toYaml(spec);
  expect(yaml.spec).toEqual({ request: [], response: ["bye\n"], closes: true });
  expect(fromYaml("Generic", yaml.spec)).toEqual(spec);
});

test("Keploy's mocks are read as they are", () => {
  const spec = {
    metadata: { type: "config" },
    genericrequests: [
      { origin: "client", message: [{ type: "utf-8", data: "*1\r\n" }] },
      { origin: "client", message: [{ type: "utf-8", data: "$4\r\nPING\r\n" }] },
    ],
    genericresponses: [{ origin: "server", message: [{ type: "binary", data: "AP8=" }] }],
    reqtimestampmock: "2024-01-02T03:04:05Z",
  };
  expect(fromYaml("Generic", spec)).toEqual({
    request: [bytes("*1\r\n$4\r\nPING\r\n")],
    response: [Uint8Array.of(0, 255)],
    closes: false,
    isPush: false,
  });
});

test.each([
  [{ response: [] }, "spec.request"],
  [{ request: ["a"], response: [7] }, "spec.response[0]"],
  [{ request: ["a"], response: [], closes: "yes" }, "spec.closes"],
  [{ request: ["a"], response: [], push: 1 }, "spec.push"],
  [{ genericrequests: [{ message: [{ type: "binary", data: "%" }] }] }, "spec.genericrequests[0].message[0].data"],
  [{ genericresponses: [{ message: "x" }] }, "spec.genericresponses[0].message"],
  [["a"], "spec"],
])("what is wrong is named: %j", (spec, where) => {
  let thrown: unknown;
  try {
    fromYaml("Generic", spec);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FormatError);
  expect((thrown as FormatError).where).toBe(where);
});

test("keys are equal exactly if the bytes are, also of what is long", () => {
  const key = (request: Uint8Array[]) => keyOf({ request, isPush: false });
  const long = new Uint8Array(10_000);
  const other = long.slice();
  other[9999] = 1;
  expect(key([bytes("ab")])).toEqual(key([bytes("a"), bytes("b")]));
  expect(key([bytes("ab")])).toEqual({ text: "bytes:ab", shape: "request", asked: '"ab"' });
  expect(key([long]).text).not.toBe(key([other]).text);
  expect(key([long]).text.length).toBeLessThan(100);
  expect(key([])).toEqual({ text: "", shape: "greeting", asked: "greeting" });
});
