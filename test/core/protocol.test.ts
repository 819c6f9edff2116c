import { expect, test } from "bun:test";
import { defineProtocol, DriveError } from "../../src/core/protocol.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

test("a defined protocol is the value it was given", () => {
  expect(defineProtocol(toyProtocol)).toBe(toyProtocol);
});

test("an answer that never came has a name of its own", () => {
  const error = new DriveError("The app did not answer within 5 s.");
  expect([error.name, error instanceof Error]).toEqual(["DriveError", true]);
});
