import { expect, test } from "bun:test";
import { LIKE_FROM, Likeness } from "../../../src/protocols/generic/likeness.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const between = (a: string, b: string) => new Likeness(bytes(a)).to(bytes(b));

test.each([
  ["get 7\r\n", "get 8\r\n"],
  ["set key 1", "set key 2"],
  ['{"op":"get","id":7}', '{"op":"get","id":8}'],
  ["x < 5", "x > 5"],
  ["a b c d e f", "f e d c b a"],
  ["a b c d e f g h", "a b c d"],
  ["", "a"],
  ["???", "!!!"],
])("%j is not like %j", (a, b) => {
  expect(between(a, b)).toBe(0);
});

test("a long text with a time in it is like the same with another time", () => {
  const line = (time: string) =>
    `ts=${time} level=info message "user signed in" user 7 host web-1 region eu status 200 ok`;
  expect(between(line("2024-01-02"), line("2024-01-03"))).toBeGreaterThan(LIKE_FROM);
  expect(between(line("x"), line("x"))).toBe(1);
});

test("bytes are like each other but for a nonce, unless they are few", () => {
  const message = Uint8Array.from({ length: 200 }, (_, at) => (at * 7) % 256);
  const nonce = message.slice();
  nonce.set([1, 2, 3, 4, 5, 6, 7, 8], 50);
  expect(new Likeness(message).to(nonce)).toBe(1 - 16 / 400);
  expect(new Likeness(Uint8Array.of(0, 1, 2)).to(Uint8Array.of(0, 1, 2))).toBe(0);
});

test("it agrees with the longest common subsequence", () => {
  let seed = 7;
  const random = (most: number) => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 300; round++) {
    const a = Array.from({ length: 16 + random(20) }, () => 128 + random(3));
    const b = a.filter(() => random(12) > 0).flatMap((byte) => (random(12) > 0 ? [byte] : [byte, 128 + random(3)]));
    if (b.length < 16) continue;
    const rows = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
    const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        const best = a[i - 1] === b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
        rows[i]?.splice(j, 1, best);
      }
    }
    const total = a.length + b.length;
    const edits = total - 2 * at(a.length, b.length);
    const wanted = edits <= Math.floor((1 - LIKE_FROM) * total) ? 1 - edits / total : 0;
    expect(new Likeness(Uint8Array.from(a)).to(Uint8Array.from(b))).toBe(wanted);
  }
});

test("its cost is bounded, however much is compared", () => {
  const noise = (start: number) => {
    let seed = start;
    return Uint8Array.from({ length: 2_000_000 }, () => (seed = (seed * 48271) % 2147483647) & 0xff);
  };
  const likeness = new Likeness(noise(1));
  const other = noise(2);
  const startedAt = performance.now();
  for (let candidate = 0; candidate < 200; candidate++) expect(likeness.to(other)).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
