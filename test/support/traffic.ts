/** Bytes in bulk for tests of what passes them on. */
import { createHash } from "node:crypto";
import { type Socket } from "node:net";

/** A row of numbers from 0 to 1 that is the same at every run. */
export const seeded = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

/** So many bytes without a pattern that a relay could get right by chance. */
export const noise = (size: number, seed: number): Buffer => {
  const block = Buffer.alloc(65_521);
  const random = seeded(seed);
  for (let i = 0; i < block.length; i++) block[i] = random() * 256;
  return Buffer.alloc(size, block);
};

/** What tells whether two runs of bytes are the same. */
export const sum = (bytes: readonly Uint8Array[]): string => {
  const hash = createHash("sha1");
  for (const each of bytes) hash.update(each);
  return hash.digest("hex");
};

/** Writes all of it in pieces of random sizes, heeding backpressure; ends with a FIN. */
export const writeCut = async (socket: Socket, bytes: Buffer, random: () => number): Promise<void> => {
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() ** 4 * 200_000);
    const isTaken = socket.write(bytes.subarray(at, at + size));
    at += size;
    if (!isTaken) await new Promise<void>((resolve) => socket.once("drain", resolve));
  }
  socket.end();
};
