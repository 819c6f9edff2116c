import { expect, test } from "bun:test";
import { parse } from "yaml";
import { writeYaml } from "../../../src/lib/text/yaml-writer.ts";

const AWKWARD = [
  "yes no on off y n true False NULL null ~ nan NaN .nan .inf -.INF inf Infinity".split(" "),
  "0x1 0o7 0b1 017 1e3 1e21 12e03 +1 -0 .5 1. 1_000 1:20 9007199254740993 2020-01-01 2020-01-01T00:00:00Z".split(" "),
  "- -- --- ... -a - a : a: :a a:b ? ?x ! !!str & &a * *a | > % %d @ ` { } [ ] , ' \" \\ # a#b << = $ $1 /x (x)".split(
    " ",
  ),
  [
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    " \n",
    "\n ",
    "\r",
    "\r\n",
    "a: b",
    "a #b",
    "- a",
    "? x",
    "--- a",
    "---\na",
    "a\n---\nb\n",
  ],
  [
    "a\n...\nb",
    " lead",
    "trail ",
    "\ttab",
    "tab\t",
    "a\tb",
    "a\n",
    "a\nb",
    "a\nb\n",
    "a\n\n",
    "a\n\n\n",
    "\na",
    "\n\na\n",
    "  a\n b\n",
  ],
  [
    "a\r\nb\r\n",
    "a\rb",
    "a\n ",
    "a \nb",
    "a\n \nb",
    "a\n\t\nb",
    "x\n\t\ty",
    "\t\n",
    "\n\ta",
    "\n  a\nb",
    "a\n#b",
    "# a\nb",
    "a:\n  b",
  ],
  [
    "\0",
    "\x07",
    "\x7f",
    "\x1b[0m",
    "\u0085",
    "a\u0085b\nc",
    "\u00a0",
    "\u2028",
    "a\u2028b\nc",
    "\u2029",
    "\ufeff",
    "\ufeffa\nb",
    "\ufffe",
  ],
  [
    "é",
    "Ünï",
    "日本語",
    "😀",
    "a 😀\nb",
    '{"a": 1}',
    "it's",
    'it\'s "so"',
    "'a'",
    '{\n  "a": 1\n}\n',
    "a, b",
    "[a]",
    "a]",
    "SELECT $1",
  ],
  [
    "\u1680",
    "\u2003",
    "\u3000",
    "a\u2003\nb",
    "\u200b",
    "\u200e\n\u200f",
    "a\\nb",
    "C:\\x",
    "100%",
    "a=b",
    "key:",
    "::",
    "a::b",
    "<html>\n",
  ],
].flat();

function expectSame(value: unknown): void {
  const text = writeYaml(value);
  if (!text.includes("!!str")) expect(Bun.YAML.parse(text), text).toEqual(value);
  expect(parse(text), text).toEqual(value);
}

test("each awkward text comes back from both readers, as value, key, item and alone", () => {
  for (const text of AWKWARD) {
    expectSame(text);
    expectSame({
      a: text,
      b: [text, "x"],
      c: { d: { e: text } },
      f: [{ g: text, h: text }],
      i: [[text], [{ j: [text] }]],
    });
    expectSame({ [text]: 1, z: { [text]: [text] } });
  }
  expectSame(AWKWARD);
});

test("numbers and other scalars keep their type", () => {
  const numbers = [
    0,
    -1,
    1.5,
    1e21,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    9007199254740991,
    -0,
    NaN,
    Infinity,
    -Infinity,
  ];
  expectSame({ numbers, each: numbers.map((value) => ({ value })), other: [true, false, null], empty: [{}, [], ""] });
});

test("very long lines and keys come back", () => {
  expectSame({ long: "x".repeat(1 << 20), words: "word ".repeat(50_000), [`k${"x".repeat(3_000)}`]: { a: [1] }, z: 1 });
});

test("random structures come back from both readers", () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const pieces = [
    ..."ab0:-#?|>'\"\\{}[],&*! \n\n\t\r~%@`=.😀é\u2028\u0085\ufeff\0",
    "---",
    ": ",
    " #",
    "\n  ",
    "\n---\n",
  ];
  const text = (): string => Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join("");
  const value = (depth: number): unknown => {
    const kind = random(depth > 3 ? 3 : 6);
    if (kind < 2) return text();
    if (kind === 2) return [null, true, random(1e6), random(1e6) / 7][random(4)];
    if (kind === 3) return Array.from({ length: random(5) }, () => value(depth + 1));
    return Object.fromEntries(Array.from({ length: random(5) }, () => [text(), value(depth + 1)]));
  };
  for (let round = 0; round < 3_000; round++) expectSame({ root: value(0) });
});

test("it reads well", () => {
  const text = writeYaml({
    kind: "Http",
    req: { method: "GET", url: "/users?id=1", header: { "Content-Type": "text/plain" }, body: "" },
    sql: "SELECT id, name FROM users WHERE id = $1",
    rows: [
      ["1", "Ann", null],
      [2, true, "x, y"],
    ],
    body: '{\n  "a": 1\n}\n',
    json: '{"a":1}',
    list: [{ a: 1, b: { c: 2 } }],
    skipped: undefined,
    none: {},
  });
  expect(text).toBe(`kind: Http
req:
  method: GET
  url: /users?id=1
  header:
    Content-Type: text/plain
  body: ""
sql: SELECT id, name FROM users WHERE id = $1
rows:
  - ["1", Ann, null]
  - [2, true, "x, y"]
body: |
  {
    "a": 1
  }
json: '{"a":1}'
list:
  - a: 1
    b:
      c: 2
none: {}
`);
});

test("what plain data does not hold is refused", () => {
  for (const value of [1n, new Date(0), new Map(), Symbol("x"), () => 1]) {
    expect(() => writeYaml({ value })).toThrow(TypeError);
  }
});

test("a list of short flat maps is a table, unless one of them is not short or not flat", () => {
  const columns = [
    { name: "id", type: "int4", table: 16394 },
    { name: "nan", type: 16385, nullable: true },
  ];
  const wide = [...columns, { name: "x".repeat(120), type: "text" }];
  expect(writeYaml({ columns, single: [{ tag: "SELECT 1" }] })).toBe(
    'columns:\n  - { name: id, type: int4, table: 16394 }\n  - { name: "nan", type: 16385, nullable: true }\nsingle:\n  - tag: SELECT 1\n',
  );
  expect(writeYaml({ wide })).toContain("  - name: id\n    type: int4\n");
  expect(writeYaml([{ a: 1, b: [1] }])).toBe("- a: 1\n  b: [1]\n");
});
