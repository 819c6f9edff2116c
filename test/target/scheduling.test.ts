import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { StandingBack } from "../../src/target/scheduling.ts";
import { rootTest } from "../support/root-test.ts";

/** Nice value and policy of each thread of this process, by its name; this thread is `me`. */
function standings(): Record<string, string> {
  const me = readFileSync("/proc/thread-self/stat", "latin1").split(" ", 1)[0];
  return Object.fromEntries(
    readdirSync("/proc/self/task").map((thread) => {
      const text = readFileSync(`/proc/self/task/${thread}/stat`, "latin1");
      const fields = text.split(") ").at(-1)?.split(" ") ?? [];
      const name = /\((.*)\)/.exec(text)?.[1] ?? "";
      return [thread === me ? "me" : name, `nice ${fields[16]} policy ${fields[38]}`];
    }),
  );
}

rootTest("the thread takes what is spare and the collector's stand back, until the end of it", () => {
  Bun.gc(true);
  const before = standings();
  const standing = new StandingBack();
  standing.look();
  const meanwhile = standings();
  standing.end();
  const after = standings();
  expect(meanwhile["me"]).toBe("nice 0 policy 5");
  const helping = Object.keys(meanwhile).filter((name) => /^(?:JITWorker|HeapHelper)/.test(name));
  expect(helping.map((name) => meanwhile[name])).toEqual(helping.map(() => "nice 10 policy 0"));
  expect([after["me"], ...helping.map((name) => after[name])]).toEqual(["me", ...helping].map(() => "nice 0 policy 0"));
  expect(before["me"]).toBe(after["me"]);
});
