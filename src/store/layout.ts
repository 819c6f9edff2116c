/** Where everything of a recording lies below its folder; nobody else joins these names. */
import { join } from "node:path";

/** Below the path the user names. */
export const ROOT = "reprise";
/** Below that path where another tool recorded, read if there is no folder of ours. */
export const KEPLOY_ROOT = "keploy";

/** The files of one test set. */
export interface TestSetPaths {
  readonly dir: string;
  readonly config: string;
  readonly tests: string;
  readonly mocks: string;
  readonly mappings: string;
  readonly assets: string;
  /** Values of secrets; ignored by git. */
  readonly secrets: string;
  /** What stands for them where that is missing. */
  readonly placeholders: string;
}

export function testSetPaths(dir: string): TestSetPaths {
  return {
    dir,
    config: join(dir, "config.yaml"),
    tests: join(dir, "tests"),
    mocks: join(dir, "mocks.yaml"),
    mappings: join(dir, "mappings.yaml"),
    assets: join(dir, "assets"),
    secrets: join(dir, "secret.yaml"),
    placeholders: join(dir, "placeholders.yaml"),
  };
}

/** Folders in a root that are not test sets. */
export const NOT_TEST_SETS: ReadonlySet<string> = new Set(["reports", "schema"]);

let collator: Intl.Collator | undefined;

/** `a2` before `a10`. What it needs takes milliseconds to make, and is made when first asked for. */
export const byNumber = (a: string, b: string): number =>
  (collator ??= new Intl.Collator("en", { numeric: true })).compare(a, b);

/** File names are made of titles: letters, digits and dashes, and never empty. */
export function slug(title: string): string {
  const plain = title.toLowerCase().replaceAll(/[^a-z0-9_]+/g, "-");
  return plain.slice(0, 80).replaceAll(/^-+|-+$/g, "") || "test";
}
