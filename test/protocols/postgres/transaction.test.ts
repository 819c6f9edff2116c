import { expect, test } from "bun:test";
import { statusAfterError, statusAfterTag } from "../../../src/protocols/postgres/transaction.ts";

test("the state follows from tags and errors", () => {
  expect(statusAfterTag("I", "BEGIN", "BEGIN")).toBe("T");
  expect(statusAfterTag("T", "COMMIT", "COMMIT")).toBe("I");
  expect(statusAfterTag("T", "COMMIT", "COMMIT AND CHAIN")).toBe("T");
  expect(statusAfterTag("E", "ROLLBACK", "ROLLBACK TO SAVEPOINT a")).toBe("T");
  expect(statusAfterTag("E", "ROLLBACK", "COMMIT")).toBe("I");
  expect(statusAfterTag("T", "SELECT 1", "SELECT 1")).toBe("T");
  expect([statusAfterError("I"), statusAfterError("T"), statusAfterError("E")]).toEqual(["I", "E", "E"]);
});
