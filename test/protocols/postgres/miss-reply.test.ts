import { expect, test } from "bun:test";
import { abortedFields, missFields, unknownName } from "../../../src/protocols/postgres/miss-reply.ts";

test("a miss says what was asked and what came nearest", () => {
  const nearest = { mock: "mock-3", differs: ["parameters[0]: 7 -> 8"] };
  const fields = Object.fromEntries(missFields({ protocol: "postgres", asked: "SELECT $1 [8]", nearest }));
  expect(fields).toEqual({
    S: "ERROR",
    V: "ERROR",
    C: "RP001",
    M: "reprise has no recorded answer to: SELECT $1 [8]",
    D: "The nearest is mock-3, which differs: parameters[0]: 7 -> 8",
    H: "Record this request, or see the report of this run.",
  });
});

test("a failed transaction and unknown names have the server's own codes", () => {
  expect(Object.fromEntries(abortedFields)["C"]).toBe("25P02");
  expect(Object.fromEntries(unknownName("statement", "s"))).toMatchObject({ C: "26000", M: 'prepared statement "s" does not exist' }); // prettier-ignore
  expect(Object.fromEntries(unknownName("portal", "p"))["C"]).toBe("34000");
});
