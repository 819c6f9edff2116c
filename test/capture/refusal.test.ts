import { expect, test } from "bun:test";
import { programs } from "../../src/capture/programs.ts";
import { refusalHint, refusedError } from "../../src/capture/refusal.ts";

const program = programs[0] ?? expect.unreachable();

test("the sentence names the act, the program and the errno; the cause keeps what the verifier said", () => {
  const error = refusedError("load", program, { errno: 22, log: "R1 type=scalar" });
  expect(error.code).toBe("environment.kernel");
  expect(error.message).toBe("failed to load reprise_watch (sockops): EINVAL: invalid argument.");
  expect(error.hint).toContain("5.15");
  expect((error.cause as Error).message).toBe("R1 type=scalar");
});

test("a lack of privilege is told as one", () => {
  const error = refusedError("attach", program, { errno: 1, log: "" });
  expect(error.code).toBe("environment.privilege");
  expect(error.hint).toBe(refusalHint(1));
  expect(error.cause).toBeUndefined();
});
