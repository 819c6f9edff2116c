import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { textsOf } from "../../../src/target/trust/texts.ts";
import { Folder } from "../../support/folder.ts";

test("the command, what it names and the directory's usual settings, programs left out", () => {
  using folder = new Folder();
  folder.write("start.sh", "exec node server.js");
  folder.write(".env", "A=1");
  folder.write(".env.production", "B=2");
  folder.write("notes.txt", "no");
  writeFileSync(folder.at("program"), Uint8Array.of(0x7f, 0x45, 0, 1));
  const texts = textsOf({ command: "sh start.sh ./program", cwd: folder.path, env: {}, home: null });
  expect(texts[0]).toBe("sh start.sh ./program");
  expect(texts.slice(1).sort()).toEqual(["A=1", "B=2", "exec node server.js"]);
  expect(textsOf({ command: "x", cwd: "/not/there", env: {}, home: null })).toEqual(["x"]);
});
