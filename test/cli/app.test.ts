import { expect, test } from "bun:test";
import { UsageError } from "../../src/core/errors.ts";
import { appOf } from "../../src/cli/app.ts";
import { callIn } from "../support/call.ts";

test("the app runs where reprise was started, with its environment", () => {
  const { call } = callIn("/srv", { command: "./shop" });
  const world = { ...call.world, env: { PATH: "/bin", EMPTY: "", GONE: undefined } };
  expect(appOf({ ...call, world })).toEqual({
    command: "./shop",
    cwd: "/srv",
    env: { PATH: "/bin", EMPTY: "" },
    user: null,
    stdout: "inherit",
  });
});

test("who called sudo is whose app it is, and a document on stdout is not disturbed by it", () => {
  const { call } = callIn("/", { command: "./shop", json: true });
  const { user, stdout } = appOf({ ...call, caller: { uid: 1, gid: 1, name: "daemon" } });
  expect([user, stdout]).toEqual([
    { uid: 1, gid: 1, name: "daemon", home: expect.any(String) as string, groups: [1] },
    "stderr",
  ]);
});

test("without a command it says how to give one", () => {
  const { call } = callIn("/", {});
  expect(() => appOf(call)).toThrow(UsageError);
  expect(() => appOf(call)).toThrow("There is no command that starts the app.");
});
