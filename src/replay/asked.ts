/**
 * What the mocks that a report names were asked, in one line each. A specification may have to be read from its file again,
 * so this takes only its share of a run's time: those of failed tests come first, and a long run may lack some.
 */
import { FormatError } from "../core/errors.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import type { Protocol } from "../core/protocol.ts";
import type { TestResult, TestSetResult } from "../core/run-result.ts";

/** A line that is longer helps nobody, and a page of 5,000 tests is to open at once. */
const LONGEST = 300;

/** The lines for the mocks that the results name; looks at no further mock after `mostMs`. */
export function askedOf(
  results: readonly TestResult[],
  mocks: readonly MockEntry[],
  { protocols, mostMs }: { readonly protocols: readonly Protocol[]; readonly mostMs: number },
): TestSetResult["asked"] {
  const entries = new Map(mocks.map((entry) => [entry.name, entry]));
  const byName = new Map(protocols.map((protocol) => [protocol.name, protocol]));
  const until = performance.now() + mostMs;
  const asked: Record<string, string> = {};
  for (const name of named(results)) {
    if (performance.now() > until) break;
    const entry = entries.get(name);
    const line = entry === undefined ? null : lineOf(entry, byName.get(entry.protocol));
    if (line !== null) asked[name] = line;
  }
  return asked;
}

/** Each name once. */
function named(results: readonly TestResult[]): Set<string> {
  const failedFirst = [...results.filter(isFailed), ...results.filter((result) => !isFailed(result))];
  return new Set(
    failedFirst.flatMap(({ served, unused, missed }) => [
      ...missed.flatMap(({ nearest }) => (nearest === null ? [] : [nearest.mock])),
      ...served,
      ...unused,
    ]),
  );
}

const isFailed = ({ status }: TestResult): boolean => status === "failed";

function lineOf(entry: MockEntry, protocol: Protocol | undefined): string | null {
  if (protocol === undefined) return null;
  try {
    const { asked } = protocol.key(entry.load());
    return asked.length > LONGEST ? `${asked.slice(0, LONGEST)}…` : asked;
  } catch (error) {
    // Somebody has edited the file meanwhile; the run is judged, and goes without this line.
    if (error instanceof FormatError) return null;
    throw error;
  }
}
