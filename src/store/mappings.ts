/**
 * mappings.yaml: which mocks each test used and how sure that is. One entry a test, mock names by how they came to it:
 *
 *     tests:
 *       - test: get-users-by-id-1
 *         window: [mock-3, mock-4]
 *
 * Keploy's file (`TestMocksMapping`) is read in each of its forms; what it says counts as seen by time.
 */
import type { Attribution, Mapping } from "../core/test-case.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { migrate, versionText } from "./migrate.ts";
import { fieldsOf, fieldsOrNone, listOf, textOr } from "../core/plain-data.ts";

const HOW: readonly Attribution[] = ["exact", "window", "likely", "overlap"];

/** Entries that are laid out in one go: a long list as a whole would take many times its text in memory. */
const AT_ONCE = 1_000;
const LIST = "tests:\n";

/** The file's text in pieces. */
export function* writeMappings(mappings: Iterable<Mapping>): Generator<string, void, void> {
  const head = { version: versionText, kind: "Mappings" };
  let isFirst = true;
  let entries: ReturnType<typeof entryOf>[] = [];
  const piece = (): string => {
    const text = writeYaml({ tests: entries });
    entries = [];
    return isFirst ? writeYaml(head) + text : text.slice(LIST.length);
  };
  for (const mapping of mappings) {
    entries.push(entryOf(mapping));
    if (entries.length < AT_ONCE) continue;
    yield piece();
    isFirst = false;
  }
  if (isFirst || entries.length > 0) yield piece();
}

function entryOf({ test, mocks }: Mapping): Readonly<Record<string, unknown>> {
  const named = HOW.map((how) => [how, mocks.filter(({ by }) => by === how).map(({ name }) => name)] as const);
  return { test, ...Object.fromEntries(named.filter(([, names]) => names.length > 0)) };
}

/** `where` names the file in errors. */
export function readMappings(document: unknown, where: string): Mapping[] {
  const { from, document: fields } = migrate(fieldsOf(document, where), where);
  return listOf(fields["tests"]).map((entry) => {
    const test = fieldsOf(entry, `${where}: tests`);
    if (from === "keploy") return { test: textOr(test["id"], ""), mocks: keployMocks(test) };
    const mocks = HOW.flatMap((by) => listOf(test[by]).map((name) => ({ name: textOr(name, ""), by })));
    return { test: textOr(test["test"], ""), mocks };
  });
}

function keployMocks(test: Readonly<Record<string, unknown>>): Mapping["mocks"] {
  const value = test["mock_entries"] ?? test["mocks"];
  const entries = typeof value === "string" ? value.split(",").map((name) => name.trim()) : listOf(value);
  const names = entries.map((entry) => textOr(entry, textOr(fieldsOrNone(entry)["name"], "")));
  return names.filter((name) => name !== "").map((name) => ({ name, by: "window" }));
}
