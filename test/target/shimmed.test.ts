import { expect, test } from "bun:test";
import type { Placed } from "../../src/target/placed.ts";
import { shimmed } from "../../src/target/shimmed.ts";

test("Node's options get one more, and the file that it names is there", () => {
  const app = {
    env: { NODE_OPTIONS: "--max-old-space-size=99", HOME: "/home" },
    files: [] as Placed[],
    command: "node app",
  };
  const { env, files, command } = shimmed(app);
  const [, path = ""] = /^--max-old-space-size=99 --require (\S+\/node\.cjs)$/.exec(env.NODE_OPTIONS) ?? [];
  expect([command, env.HOME]).toEqual(["node app", "/home"]);
  const placed = files.map((each) => ("folder" in each ? each.folder : each.path));
  expect(placed.at(-1)).toBe(path);
  expect(placed).toContain(path.slice(0, path.lastIndexOf("/")));
  expect(shimmed({ env: {}, files: [] }).env["NODE_OPTIONS" as never]).toBe(`--require ${path}` as never);
});

test("folders that are there for others are not placed again", () => {
  const once = shimmed({ env: {}, files: [] });
  const twice = shimmed(once);
  const folders = twice.files.filter((each) => "folder" in each);
  expect(folders).toEqual(once.files.filter((each) => "folder" in each));
});
