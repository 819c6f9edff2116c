/** What was taken out of a recording, in one line for people. */
import { join } from "node:path";
import type { RedactedKinds } from "../store/redaction.ts";
import { counted } from "./counted.ts";

const KINDS_SHOWN = 6;

/** `null` where nothing was. `dir` is the test set's folder. */
export function redactedLine(redacted: RedactedKinds, dir: string): string | null {
  const kinds = Object.entries(redacted).sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  const shown = kinds.slice(0, KINDS_SHOWN).map(([kind, count]) => (count === 1 ? kind : `${kind} (${count})`));
  const rest = kinds.length > KINDS_SHOWN ? [`${kinds.length - KINDS_SHOWN} more kinds`] : [];
  const named = [...shown, ...rest].join(", ");
  return `${counted(total, "secret")} taken out: ${named}. The values are in ${join(dir, "secret.yaml")}, which git ignores.`;
}
