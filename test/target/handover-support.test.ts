import { expect } from "bun:test";
import { handoverSupport } from "../../src/target/handover-support.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("connections can leave the proxy here, as handover.test.ts sees them do", async () => {
  expect(await handoverSupport()).toEqual({ lacks: "", mend: "" });
});
