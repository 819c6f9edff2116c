import { expect, test } from "bun:test";
import { protocolNames } from "../../../scripts/check/protocol-names.ts";

const registry = [
  {
    path: "src/protocols/index.ts",
    text: 'import { postgres } from "./postgres/index.ts";\nexport const all = [postgres];',
  },
  {
    path: "src/protocols/postgres/index.ts",
    text: 'export const postgres = { name: "postgres", kinds: ["PostgresV2"] };',
  },
  { path: "src/protocols/dns/index.ts", text: 'export const dns = { name: "dns", kinds: ["DNS"] };' },
];
const check = (path: string, text: string) =>
  protocolNames([...registry, { path, text }]).map(({ line, says }) => `${line}: ${says}`);

test("the registry and a protocol's own folder pass", () => {
  expect(protocolNames(registry)).toEqual([]);
  expect(check("src/protocols/postgres/session.ts", 'const postgresPort = 5432; say("postgres");')).toEqual([]);
});

test("a name in an identifier fails, as a word of it", () => {
  expect(check("src/proxy/a.ts", "\nfunction isPostgres() {}")).toEqual([
    "2: isPostgres names postgres outside src/protocols/postgres/",
  ]);
  for (const text of [
    "const postgresPool = 1;",
    "a.postgres;",
    "const POSTGRES_PORT = 1;",
    "interface A { postgres: 1 }",
  ]) {
    expect(check("src/core/a.ts", text)).toHaveLength(1);
  }
  expect(check("src/core/a.ts", "const postgresql = 1; const dnsServer = 2;")).toEqual([]);
});

test("a name or a kind in a string fails; an ordinary word only where the string is nothing else", () => {
  for (const text of [
    'if (p.name === "postgres") f();',
    "f('PostgresV2');",
    'f("DNS");',
    'f("dns");',
    "f(`dns`);",
    'f("no postgres here");',
  ]) {
    expect(check("src/proxy/a.ts", text)).toHaveLength(1);
  }
  expect(check("src/proxy/a.ts", 'f("hosts: files dns\\n");')).toEqual([]);
});

test("one protocol names no other, and an import past the registry fails", () => {
  expect(check("src/protocols/dns/a.ts", 'f("postgres");')).toHaveLength(1);
  expect(check("src/cli/a.ts", 'import { x } from "../protocols/postgres/index.ts";')).toEqual([
    "1: it imports the protocol postgres past src/protocols/index.ts",
  ]);
});

test("comments and modules of that name are left alone", () => {
  expect(check("src/proxy/a.ts", '// postgres asks first\nimport { lookup } from "node:dns";')).toEqual([]);
});
