import { expect, test } from "bun:test";
import { isPopulated, untilEmpty } from "../../src/target/cgroup-events.ts";
import { Folder } from "../support/folder.ts";

test("a cgroup is empty when its file says so, or when it is gone", () => {
  using folder = new Folder();
  folder.write("cgroup.events", "populated 1\nfrozen 0\n");
  expect(isPopulated(folder.path)).toBe(true);
  folder.write("cgroup.events", "populated 0\nfrozen 0\n");
  expect(isPopulated(folder.path)).toBe(false);
  expect(isPopulated(folder.at("nowhere"))).toBe(false);
});

test("the wait ends by a change of the file, and by nothing else before it is given up", async () => {
  using folder = new Folder();
  folder.write("cgroup.events", "populated 1\nfrozen 0\n");
  const empty = untilEmpty(folder.path, AbortSignal.timeout(10_000));
  folder.write("cgroup.events", "populated 1\nfrozen 1\n");
  folder.write("cgroup.events", "populated 0\nfrozen 0\n");
  expect(await empty).toBe(true);

  folder.write("cgroup.events", "populated 1\nfrozen 0\n");
  expect(await untilEmpty(folder.path, AbortSignal.abort())).toBe(false);
  const controller = new AbortController();
  const abandoned = untilEmpty(folder.path, controller.signal);
  controller.abort();
  expect(await abandoned).toBe(false);
});
