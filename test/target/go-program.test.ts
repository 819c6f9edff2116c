/** Against the symbols of programs that the Go tools have built, whole, stripped, and with C in them. */
import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { readGoProgram } from "../../src/target/go-program.ts";
import { Folder } from "../support/folder.ts";

const source = `package main
import ("fmt"; "net/http")
func main() { _, err := http.Get("http://127.0.0.1:1"); fmt.Println(err) }`;

const build = (folder: Folder, name: string, ...flags: readonly string[]): string => {
  folder.write("main.go", source);
  const output = folder.at(name);
  const env = { ...process.env, GO111MODULE: "off" };
  execFileSync("go", ["build", "-o", output, ...flags, "main.go"], { cwd: folder.path, env });
  return output;
};

/** Where a function begins in the file, by readelf. */
const placeOf = (program: string, name: string): number => {
  const symbols = execFileSync("readelf", ["-sW", program], { encoding: "utf8", maxBuffer: 1 << 26 });
  const line = symbols.split("\n").find((each) => each.endsWith(` ${name}`));
  const address = Number.parseInt(line?.trim().split(/\s+/)[1] ?? "", 16);
  const text = /\.text +PROGBITS +(\w+) (\w+)/.exec(execFileSync("readelf", ["-SW", program], { encoding: "utf8" }));
  return address - Number.parseInt(text?.[1] ?? "", 16) + Number.parseInt(text?.[2] ?? "", 16);
};

test("functions are found by Go's own table, with symbols and without", async () => {
  using folder = new Folder();
  const whole = await readGoProgram(build(folder, "whole"));
  const minor = /go1\.(\d+)/.exec(execFileSync("go", ["version"], { encoding: "utf8" }))?.[1];
  expect(whole).toEqual({
    version: `1.${minor}`,
    layout: { goid: 152, parent: expect.any(Number) as number, threadLocal: -8 },
    client: {
      write: placeOf(folder.at("whole"), "net/http.persistConnWriter.Write"),
      roundTrip: placeOf(folder.at("whole"), "net/http.(*persistConn).roundTrip"),
    },
    begun: expect.any(Number) as number,
  });
  const caller = placeOf(folder.at("whole"), "runtime.newproc.func1");
  expect((whole?.begun ?? 0) - caller).toBeWithin(1, 200);
  const stripped = await readGoProgram(build(folder, "stripped", "-ldflags=-s -w"));
  expect([stripped?.version, stripped?.layout]).toEqual([whole?.version, whole?.layout]);
  expect([stripped?.client, stripped?.begun]).not.toContain(null);
}, 120_000);

test("other programs are none", async () => {
  expect(await readGoProgram("/bin/sh")).toBeNull();
  expect(await readGoProgram("/nowhere")).toBeNull();
});
