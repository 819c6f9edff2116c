import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { migrate } from "../../src/store/migrate.ts";

test("our version and Keploy's are read", () => {
  expect(migrate({ version: "reprise/v1" }, "x").from).toBe("reprise");
  for (const version of ["api.keploy.io/v1beta1", "api.keploy.io/v1beta2"])
    expect(migrate({ version }, "x").from).toBe("keploy");
});

test("a later file asks for an update; an unknown or missing version says so", () => {
  const refused = (version: unknown): string => {
    try {
      migrate({ version }, "a.yaml");
    } catch (error) {
      if (error instanceof FormatError) return `${error.message} ${error.hint}`;
    }
    return "";
  };
  expect(refused("reprise/v2")).toBe(
    "a.yaml was written by a later Reprise (reprise/v2; this one knows reprise/v1). Please update Reprise.",
  );
  expect(refused("other/v1")).toStartWith("a.yaml is of an unknown version, other/v1.");
  expect(refused(undefined)).toBe("a.yaml does not say its version. Add `version: reprise/v1`.");
});
