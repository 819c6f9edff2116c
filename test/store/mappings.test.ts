import { expect, test } from "bun:test";
import { readMappings, writeMappings } from "../../src/store/mappings.ts";
import { readYaml, wholeFile } from "../../src/store/read-yaml.ts";

test("mappings come back with how sure each is", () => {
  const mappings = [
    {
      test: "a-1",
      mocks: [
        { name: "m1", by: "exact" },
        { name: "m2", by: "overlap" },
      ],
    },
    { test: "b-1", mocks: [] },
  ] as const;
  const read = readMappings(readYaml([...writeMappings(mappings)].join(""), wholeFile("x")), "x");
  expect(read).toEqual(mappings.map(({ test: name, mocks }) => ({ test: name, mocks: [...mocks] })));
});

test("a long list is one list, and none is none", () => {
  for (const length of [0, 1_000, 2_001]) {
    const mappings = Array.from({ length }, (_, i) => ({
      test: `get-${i}`,
      mocks: [{ name: `mock-${i}`, by: "window" as const }],
    }));
    expect(readMappings(readYaml([...writeMappings(mappings)].join(""), wholeFile("x")), "x")).toEqual(mappings);
  }
});

test("each of Keploy's forms is read", () => {
  const head =
    "version: api.keploy.io/v1beta1\nkind: TestMocksMapping\ntest_set_id: test-set-0\ntests:\n  - id: get-1\n    ";
  const names = (rest: string) =>
    readMappings(readYaml(head + rest, wholeFile("x")), "x")[0]?.mocks.map(({ name }) => name);
  expect(names("mock_entries: [{name: mock-1, kind: Http, timestamp: 0}, {name: mock-2}]")).toEqual([
    "mock-1",
    "mock-2",
  ]);
  expect(names('mocks: "mock-1, mock-2"')).toEqual(["mock-1", "mock-2"]);
  expect(names("mocks: [mock-1, mock-2]")).toEqual(["mock-1", "mock-2"]);
  expect(names("mocks: [{name: mock-1, kind: DNS}]")).toEqual(["mock-1"]);
});
