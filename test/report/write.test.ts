import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { type UnnamedRun } from "../../src/core/run-result.ts";
import { findRun, readRun, writeRun } from "../../src/report/write.ts";
import { Folder } from "../support/folder.ts";
import { greenRun, sampleRun } from "../support/sample-run.ts";

const unnamed = ({ run: _run, ...rest }: typeof sampleRun): UnnamedRun => rest;

test("each run gets the next free number, every format, and is the latest", () => {
  using folder = new Folder();
  const reports = folder.at("reprise/reports");
  expect(writeRun(reports, unnamed(greenRun)).run).toEqual({ ...greenRun, run: "test-run-0" });
  mkdirSync(`${reports}/test-run-7`);
  const written = writeRun(reports, unnamed(sampleRun));
  expect(written.folder).toBe(`${reports}/test-run-8`);
  expect(readdirSync(written.folder).toSorted()).toEqual([
    "index.html",
    "junit.xml",
    "report.json",
    "test-set-0-report.yaml",
    "test-set-1-report.yaml",
  ]);
  expect(readlinkSync(`${reports}/latest`)).toBe("test-run-8");
  expect(readRun(`${reports}/latest`).run).toBe("test-run-8");
  expect(readdirSync(reports).toSorted()).toEqual(["latest", "test-run-0", "test-run-7", "test-run-8"]);
});

test.skipIf(process.getuid?.() !== 0)("what root writes for somebody else is theirs, and no folder above it", () => {
  using folder = new Folder();
  const { folder: run } = writeRun(folder.at("a/reports"), unnamed(greenRun), { uid: 12345, gid: 23456 });
  const owners = ["", "a", "a/reports", "a/reports/test-run-0/report.json"].map(
    (name) => statSync(folder.at(name)).uid,
  );
  expect(owners).toEqual([0, 12345, 12345, 12345]);
  expect(statSync(run).gid).toBe(23456);
});

test("a run is found by name, or the newest; what is not there is said with what is", () => {
  using folder = new Folder();
  expect(() => findRun(folder.path, null)).toThrow(`There is no report in ${folder.path}.`);
  for (const name of ["test-run-2", "test-run-10"]) mkdirSync(folder.at(name));
  expect(findRun(folder.path, null)).toBe(folder.at("test-run-10"));
  expect(findRun(folder.path, "test-run-2")).toBe(folder.at("test-run-2"));
  expect(() => findRun(folder.path, "test-run-3")).toThrow("There is no run named test-run-3");
  expect(() => readRun(folder.at("test-run-2"))).toThrow("holds no report.json");
});

test("a place that cannot be written is a sentence about the machine", () => {
  using folder = new Folder();
  writeFileSync(folder.at("file"), "");
  expect(() => writeRun(folder.at("file/reports"), unnamed(greenRun))).toThrow(/^failed to write .*ENOTDIR/);
});
