import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { run } from "../../../src/cli/commands/config.ts";
import { configTemplate } from "../../../src/cli/config-file.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";

test("the file is written once, and again only when forced", async () => {
  using folder = new Folder();
  const first = callIn(folder.path, {});
  expect(await run(first.call)).toBe(0);
  expect(first.stdout()).toBe(`✓ wrote ${folder.at("reprise.yml")}\n`);
  folder.write("reprise.yml", "port: 80\n");
  expect(run(callIn(folder.path, {}).call)).rejects.toThrow(`${folder.at("reprise.yml")} is there already.`);
  expect(readFileSync(folder.at("reprise.yml"), "utf8")).toBe("port: 80\n");
  expect(await run(callIn(folder.path, { force: true }).call)).toBe(0);
  expect(readFileSync(folder.at("reprise.yml"), "utf8")).toBe(configTemplate());
});
