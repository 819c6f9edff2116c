import { expect, test } from "bun:test";
import { callerOf } from "../../src/cli/call.ts";

test("sudo's variables name the caller; root's own calls have none", () => {
  expect(callerOf({ SUDO_UID: "1000", SUDO_GID: "100", SUDO_USER: "ann" })).toEqual({
    uid: 1000,
    gid: 100,
    name: "ann",
  });
  expect(callerOf({ SUDO_UID: "0", SUDO_GID: "0", SUDO_USER: "root" })).toBeNull();
  expect(callerOf({ SUDO_UID: "x", SUDO_GID: "100", SUDO_USER: "ann" })).toBeNull();
  expect(callerOf({})).toBeNull();
});
