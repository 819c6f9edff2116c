import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { isWhole, readMock, readTest, writeMock, writeTest } from "../../src/store/envelope.ts";
import { writeYaml } from "../../src/lib/text/yaml-writer.ts";

const put = (): void => {};
const mock = {
  name: "mock-1",
  destination: { host: "db", address: "10.0.0.5", port: 5432, isTls: false },
  connection: "c1",
  reuse: "repeat",
  startedAt: 1_763_711_137_123.456,
  endedAt: 1_763_711_137_125.5,
} as const;

test("a mock comes back", () => {
  const written = writeMock(mock, { kind: "Toy", spec: { asked: "a" } }, put);
  const { startedAt, endedAt, ...rest } = readMock(written, "mocks.yaml");
  expect(rest).toEqual({
    from: "reprise",
    kind: "Toy",
    name: "mock-1",
    spec: { asked: "a" },
    destination: mock.destination,
    connection: "c1",
    reuse: "repeat",
    noise: {},
  });
  const noise = { "body.id": ["uuid"] };
  expect(readMock({ ...written, noise }, "mocks.yaml").noise).toEqual(noise);
  expect([startedAt - mock.startedAt, endedAt - mock.endedAt].every((off) => Math.abs(off) < 0.002)).toBe(true);
});

test("a test case has the fields that Keploy's users know, and comes back", () => {
  const given = {
    name: "get-a-1",
    port: 8080,
    isTls: false,
    noise: { "header.Date": [] },
    startedAt: 1_763_711_137_123.5,
    endedAt: 1_763_711_137_130,
  };
  const written = writeTest(given, { kind: "Http", spec: { req: {}, resp: {} } }, put);
  expect(written).toEqual({
    version: "reprise/v1",
    kind: "Http",
    name: "get-a-1",
    spec: { req: {}, resp: {}, assertions: { noise: ["header.Date"] }, created: 1_763_711_137, app_port: 8080 },
    at: "2025-11-21T07:45:37.123500Z",
    took: 6.5,
  });
  const { port, noise, startedAt, endedAt } = given;
  expect(readTest(written, "x.yaml")).toEqual({
    from: "reprise",
    kind: "Http",
    spec: { req: {}, resp: {} },
    port,
    isTls: false,
    noise,
    startedAt,
    endedAt,
  });
});

test("noise with regexes is a map", () => {
  const noise = { "body.id": ["^a"], "header.Date": [] };
  const written = writeTest(
    { name: "x", port: 1, isTls: false, noise, startedAt: 0, endedAt: 0 },
    { kind: "Http", spec: {} },
    put,
  );
  expect(readTest(written, "x.yaml").noise).toEqual(noise);
});

test("a document that was cut anywhere is not whole", () => {
  const text = writeYaml(writeMock(mock, { kind: "Toy", spec: { asked: "took: 3\n", answered: "x" } }, put));
  expect(isWhole(text)).toBe(true);
  for (let length = 0; length < text.length; length++) expect(isWhole(text.slice(0, length))).toBe(false);
});

test("what a document lacks is named", () => {
  const base = { version: "reprise/v1", kind: "Toy", name: "m", spec: {} };
  const said = (document: unknown): string => {
    try {
      readMock(document, "mocks.yaml");
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
    return "";
  };
  expect([said(7), said({ ...base, kind: "" }), said({ ...base, name: "" }), said({ ...base, spec: "x" })]).toEqual([
    "mocks.yaml is not a mapping.",
    "mocks.yaml does not say its kind.",
    "A mock in mocks.yaml has no name.",
    "mocks.yaml: spec of m is not a mapping.",
  ]);
});
