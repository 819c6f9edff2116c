import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Redactor } from "../../src/core/secrets/redactor.ts";
import { EMPTY_CONFIG } from "../../src/store/config.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { createTestSet } from "../../src/store/test-set-writer.ts";
import { Folder } from "../support/folder.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const secret = ["k3J9xQ7m", "Zp1Lw8Rt"].join("");
const kinds = protocolsByKind([toyProtocol]);
const rest = { protocol: "toy", port: 1, isTls: false, noise: {}, startedAt: 1, endedAt: 2 };
const mock = (asked: string, answered: string) => ({
  protocol: "toy",
  spec: { asked, answered },
  destination: null,
  connection: "",
  reuse: "once" as const,
  startedAt: 1,
  endedAt: 2,
});

async function written(folder: Folder, redactor: Redactor | null) {
  const set = createTestSet(folder.path, "s", { owner: null, protocols: [toyProtocol], redactor });
  expect(existsSync(join(set.dir, ".gitignore"))).toBe(redactor !== null);
  set.addMock(mock("early", `it was ${secret}`));
  set.addMock(mock("large", `${"x ".repeat(50_000)}${secret}`));
  set.addTest({
    ...rest,
    title: `get ${secret}`,
    spec: { asked: `password=${secret}&n=1`, answered: "{{secret.password-1}}" },
  });
  expect(set.withoutSecrets(`by ${secret}`)).toBe(redactor === null ? `by ${secret}` : "by {{secret.password-1}}");
  const taken = await set.finish({ config: { ...EMPTY_CONFIG, command: `./app ${secret}` }, mappings: [] });
  return { set, taken };
}

const textsIn = (dir: string): string =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "secret.yaml")
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), "utf8")}`)
    .join("\n");

test("a secret is in no file but its own, wherever it showed itself first", async () => {
  using folder = new Folder();
  const { set, taken } = await written(folder, new Redactor());
  expect(taken).toEqual({ password: 1 });
  expect(textsIn(folder.path).toLowerCase()).not.toContain(secret.toLowerCase());
  expect(statSync(join(set.dir, "secret.yaml")).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(set.dir, "assets")).length).toBe(1);
  expect(existsSync(join(set.dir, ".gitignore"))).toBe(false);
  const read = openTestSet(set.dir, kinds);
  expect(read.mocks.map(({ load }) => (load() as { answered: string }).answered.slice(-16))).toEqual([secret, secret]);
  expect(read.tests.map(({ load }) => load().spec)).toEqual([
    { asked: `password=${secret}&n=1`, answered: "{{secret.password-1}}" },
  ]);
});

test("without redaction everything stands as it was, and reads back the same", async () => {
  using folder = new Folder();
  const { set, taken } = await written(folder, null);
  expect(taken).toEqual({});
  expect([existsSync(join(set.dir, "secret.yaml")), existsSync(join(folder.path, ".gitignore"))]).toEqual([
    false,
    false,
  ]);
  expect(openTestSet(set.dir, kinds).tests[0]?.load().spec).toEqual({
    asked: `password=${secret}&n=1`,
    answered: "{{secret.password-1}}",
  });
});
