import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { AS_IT_STANDS } from "../../src/store/leaves.ts";
import { protocolsByKind, readSpec, unknownKind } from "../../src/store/kinds.ts";
import { wholeFile } from "../../src/store/read-yaml.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

test("the first protocol that claims a kind has it", () => {
  const other = { ...toyProtocol, name: "other", kinds: ["Toy", "More"] };
  const kinds = protocolsByKind([toyProtocol, other]);
  expect([...kinds].map(([kind, { name }]) => [kind, name])).toEqual([
    ["Toy", "toy"],
    ["More", "other"],
  ]);
  expect(unknownKind("Moer", kinds, "a.yaml").hint).toBe("Did you mean More?");
  expect(unknownKind("Quite another", kinds, "a.yaml").hint).toBe("Known kinds: Toy, More.");
});

test("a protocol's complaint about a spec gets file and line", () => {
  const text = "kind: Toy\nspec:\n  asked: a\n  answered: 7\n";
  const source = { kind: "Toy", spec: { asked: "a", answered: 7 }, text, origin: wholeFile("m.yaml"), assets: "", restore: AS_IT_STANDS }; // prettier-ignore
  let where = "";
  try {
    readSpec(toyProtocol, source);
  } catch (error) {
    if (error instanceof FormatError) where = `${error.where} ${error.message}`;
  }
  expect(where).toBe("m.yaml:4 m.yaml:4: answered is not text");
});
