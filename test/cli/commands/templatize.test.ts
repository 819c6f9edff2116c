import { expect, test } from "bun:test";
import { UsageError } from "../../../src/core/errors.ts";
import { run } from "../../../src/cli/commands/templatize.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";

test("without a recording there is nothing to name", () => {
  using folder = new Folder();
  const { call } = callIn(folder.path, {});
  expect(run(call)).rejects.toThrow(UsageError);
});
