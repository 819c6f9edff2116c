/** `report.json`: the run as a document for programs, written and read back here. */
import { FormatError } from "../core/errors.ts";
import { type RunResult } from "../core/run-result.ts";
import { storable } from "./printed.ts";

/** The version that this program writes, and the newest that it reads. */
const VERSION = 1;

/** Indented, and ends with a line break. */
export const printJson = (run: RunResult): string => `${JSON.stringify(storable(run), null, 2)}\n`;

/** Reads what `printJson` wrote; `where` names the file in errors. */
export const parseJson = (text: string, where: string): RunResult => {
  let run: Partial<RunResult> | null;
  try {
    run = JSON.parse(text) as Partial<RunResult> | null;
  } catch (cause) {
    throw new FormatError("format.bytes", `${where} is not JSON`, where, {
      hint: "Run `reprise test` again to write a report.",
      cause,
    });
  }
  if (typeof run?.version !== "number" || !Array.isArray(run.testSets)) {
    throw new FormatError("format.bytes", `${where} is not a report of a run`, where, {
      hint: "Run `reprise test` again to write a report.",
    });
  }
  if (run.version > VERSION) {
    const message = `${where} was written by a newer Reprise (report version ${run.version}; this one reads ${VERSION})`;
    throw new FormatError("format.version", message, where, { hint: "Use that version of Reprise, or a later one." });
  }
  return run as RunResult;
};
