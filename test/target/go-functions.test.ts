/** Against the symbols of a program that is there: the Go tools' own. */
import { expect, test } from "bun:test";
import { open } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { Elf } from "../../src/target/elf.ts";
import { GoFunctions } from "../../src/target/go-functions.ts";
import { goProgram } from "../support/apps.ts";

test("functions are where the symbols say", async () => {
  const program = goProgram("gateway/go");
  await using file = await open(program);
  const elf = await Elf.read(file);
  const functions = elf === null ? null : await GoFunctions.read(elf);
  const symbols = execFileSync("readelf", ["-sW", program], { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n");
  for (const name of ["runtime.newproc1", "main.main", "net/http.(*persistConn).roundTrip"]) {
    const [, address = ""] =
      symbols
        .find((each) => each.endsWith(` ${name}`))
        ?.trim()
        .split(/\s+/) ?? [];
    expect(functions?.find(name)?.address).toBe(Number.parseInt(address, 16));
  }
  expect(functions?.find("no.such.function")).toBeNull();
}, 120_000);

test("what is no Go program has none", async () => {
  await using file = await open("/bin/sh");
  const elf = await Elf.read(file);
  expect(elf === null ? null : await GoFunctions.read(elf)).toBeNull();
});
