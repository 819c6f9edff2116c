/**
 * What the recording holds outside its tests and a whole run never asked for: often a poll too slow for the run, but also
 * a row that the app used to write after its answer. It is said; it fails nothing.
 */
import type { MockEntry } from "../core/mock-entry.ts";
import type { Protocol } from "../core/protocol.ts";
import type { TestResult } from "../core/run-result.ts";
import { askedOf } from "./asked.ts";
import { skip } from "./judge.ts";

const SHOWN = 5;
const MOST_MS = 50;

/** One sentence, or `null` where nothing was forgotten. */
export function forgottenNote(forgotten: readonly MockEntry[], protocols: readonly Protocol[]): string | null {
  if (forgotten.length === 0) return null;
  const shown = forgotten.slice(0, SHOWN);
  const outside: TestResult = { ...skip("", ""), unused: shown.map(({ name }) => name) };
  const asked = askedOf([outside], shown, { protocols, mostMs: MOST_MS });
  const names = shown.map(({ name }) => (asked[name] === undefined ? name : `${name} (${asked[name]})`));
  const rest = forgotten.length - shown.length;
  return `Recorded outside any test, and not asked for: ${names.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}.`;
}
