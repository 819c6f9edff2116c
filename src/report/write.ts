/**
 * Reports on disk: `reports/test-run-N/` with every format, and `reports/latest` pointing at the newest.
 *
 * A run's folder is claimed by making it, so that two runs at once get two numbers; its files appear whole or not at
 * all. What is read back is `report.json` alone.
 */
import { lchownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { EnvironmentError, UsageError } from "../core/errors.ts";
import { type RunResult, type UnnamedRun } from "../core/run-result.ts";
import { makeFolder, type Owner, writeWhole } from "../store/write-file.ts";
import { printHtml } from "./html.ts";
import { parseJson, printJson } from "./json.ts";
import { printJunit } from "./junit.ts";
import { printKeployReport } from "./keploy.ts";

/** A run and the folder that holds it. */
export interface WrittenRun {
  readonly run: RunResult;
  readonly folder: string;
}

const RUN_NAME = /^test-run-(\d+)$/;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? "";

const give = (path: string, owner: Owner): void => {
  if (owner !== null) lchownSync(path, owner.uid, owner.gid);
};

const runNumbers = (reports: string): number[] => {
  try {
    return readdirSync(reports)
      .flatMap((name) => RUN_NAME.exec(name)?.[1] ?? [])
      .map(Number);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
};

const claimRun = (reports: string, owner: Owner): { name: string; folder: string } => {
  makeFolder(reports, owner);
  for (let next = Math.max(-1, ...runNumbers(reports)) + 1; ; next++) {
    const name = `test-run-${next}`;
    const folder = join(reports, name);
    try {
      mkdirSync(folder);
      give(folder, owner);
      return { name, folder };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
};

const pointLatest = (reports: string, name: string, owner: Owner): void => {
  const draft = join(reports, `.latest.${process.pid}`);
  rmSync(draft, { force: true });
  symlinkSync(name, draft);
  give(draft, owner);
  renameSync(draft, join(reports, "latest"));
};

/** Writes every format under the next free number below `reports`, and points `latest` at it. */
export const writeRun = (reports: string, result: UnnamedRun, owner: Owner = null): WrittenRun => {
  try {
    const { name, folder } = claimRun(reports, owner);
    const run: RunResult = { ...result, run: name };
    writeWhole(join(folder, "report.json"), printJson(run), owner);
    writeWhole(join(folder, "junit.xml"), printJunit(run), owner);
    writeWhole(join(folder, "index.html"), printHtml(run), owner);
    for (const testSet of run.testSets) {
      writeWhole(join(folder, `${testSet.name}-report.yaml`), printKeployReport(run, testSet), owner);
    }
    pointLatest(reports, name, owner);
    return { run, folder };
  } catch (cause) {
    if (cause instanceof EnvironmentError || codeOf(cause) === "") throw cause;
    throw new EnvironmentError("environment.file", `The report cannot be written below ${reports}: ${codeOf(cause)}.`, {
      hint: "Make the folder writable, or give another place with --path.",
      cause,
    });
  }
};

/** Reads the run in this folder. */
export const readRun = (folder: string): RunResult => {
  const path = join(folder, "report.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError("usage.path", `${folder} holds no report.json.`, {
      hint: "Name a run (test-run-0), or run `reprise test` first.",
      cause,
    });
  }
  return parseJson(text, path);
};

/** The folder of a named run, or with `null` of the newest. */
export const findRun = (reports: string, name: string | null): string => {
  const numbers = runNumbers(reports).toSorted((a, b) => a - b);
  if (name !== null) {
    if (numbers.some((number) => `test-run-${number}` === name) || basename(name) === "latest")
      return join(reports, name);
    const known = numbers.slice(-5).map((number) => `test-run-${number}`);
    throw new UsageError("usage.path", `There is no run named ${name} in ${reports}.`, {
      hint: known.length === 0 ? "Run `reprise test` first." : `The newest are ${known.join(", ")}.`,
    });
  }
  const newest = numbers.at(-1);
  if (newest === undefined) {
    throw new UsageError("usage.path", `There is no report in ${reports}.`, { hint: "Run `reprise test` first." });
  }
  return join(reports, `test-run-${newest}`);
};
