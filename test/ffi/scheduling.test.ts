import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { scheduleThread, type Standing } from "../../ffi/scheduling.ts";
import { rootTest } from "../support/root-test.ts";

/** Of the thread that the tests run on: fields 41 and 19 of its stat. A nice value means nothing to SCHED_IDLE. */
function standing(): string {
  const fields = readFileSync("/proc/thread-self/stat", "latin1").split(") ").at(-1)?.split(" ") ?? [];
  return fields[38] === "5" ? "SCHED_IDLE" : `policy ${fields[38]}, nice ${fields[16]}`;
}

rootTest("a thread stands where it is put, and is equal again", () => {
  const seen = (["back", "spare", "first", "equal"] as readonly Standing[]).map((each) => {
    expect(scheduleThread(each)).toBe(true);
    return `${each}: ${standing()}`;
  });
  expect(seen).toEqual([
    "back: policy 0, nice 10",
    "spare: SCHED_IDLE",
    "first: policy 0, nice -20",
    "equal: policy 0, nice 0",
  ]);
});

test("a thread that is not there is refused", () => {
  expect(scheduleThread("equal", 0x3fff_ffff)).toBe(false);
});
