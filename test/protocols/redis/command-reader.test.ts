import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { CommandReader } from "../../../src/protocols/redis/command-reader.ts";

const commands = (text: string | Uint8Array, size = 1000) => {
  const all = Buffer.from(text);
  const reader = new CommandReader();
  const got: unknown[] = [];
  for (let at = 0; at < all.length; at += size) {
    reader.push(Uint8Array.from(all.subarray(at, at + size)));
    for (let words = reader.next(); words !== undefined; words = reader.next()) got.push(words);
  }
  return got;
};

test("a pipeline is commands in order, however the bytes are cut; empty ones are passed over", () => {
  const text = "*1\r\n$4\r\nPING\r\n*0\r\n\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n";
  for (const size of [1, 2, 5, 1000]) expect(commands(text, size)).toEqual([["PING"], ["SET", "k", "a\r\nb"]]);
});

test("bytes that are no text stay bytes", () => {
  const binary = Uint8Array.of(0, 255, 13, 10);
  const text = Buffer.concat([Buffer.from("*2\r\n$4\r\nECHO\r\n$4\r\n"), binary, Buffer.from("\r\n")]);
  expect(commands(text)).toEqual([["ECHO", binary]]);
});

test("a person's line is words, quoted ones with their escapes", () => {
  expect(commands("SET  k \"a b\\n\\x41\" 'it\\'s'\r\nping\n")).toEqual([["SET", "k", "a b\nA", "it's"], ["ping"]]);
});

test.each(["*x\r\n", "*1\r\n:1\r\n", "*99999999\r\n", "*1\r\n$99999999999\r\n"])("%j is refused", (text) => {
  expect(() => commands(text)).toThrow(FormatError);
});
