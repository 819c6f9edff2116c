/** `reprise report [run]`: a run that was, in any format. Nothing is run, and the exit code says nothing of the tests. */
import { join, resolve } from "node:path";
import { type RunResult } from "../../core/run-result.ts";
import { printHtml } from "../../report/html.ts";
import { printJson } from "../../report/json.ts";
import { printJunit } from "../../report/junit.ts";
import { type Paint } from "../../report/paint.ts";
import { printText } from "../../report/text.ts";
import { findRun, readRun } from "../../report/write.ts";
import { findTestSets } from "../../store/find-test-sets.ts";
import { type Call } from "../call.ts";

const printers: Readonly<Record<Call["settings"]["format"], (run: RunResult, paint: Paint) => string>> = {
  text: printText,
  json: printJson,
  junit: printJunit,
  html: printHtml,
};

export const run = async ({ settings, positionals, output, world }: Call): Promise<number> => {
  const reports = join(findTestSets(resolve(world.cwd, settings.path)).root, "reports");
  const found = readRun(findRun(reports, positionals[0] ?? null));
  const format = settings.json ? "json" : settings.format;
  output.print(printers[format](found, output.paint));
  return 0;
};
