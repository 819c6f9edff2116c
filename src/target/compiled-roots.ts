/**
 * Whether a process's program trusts only roots that are compiled into it (rustls with webpki-roots): then no file and no
 * variable can make it trust ours, and its TLS is not to be taken apart.
 *
 * The evidence is the public keys of well-known roots, as bytes in the executable. Programs that hold such bytes and still
 * honour what they are told (Go, Deno, Bun, Node, whatever reads SSL_CERT_FILE) are none of these. What cannot be read is not
 * either: its client may refuse us, and that is learned from.
 */
import { type FileHandle, open } from "node:fs/promises";
import { lately } from "./lately.ts";

/** The beginnings of RSA moduli: ISRG Root X1, DigiCert Global Root G2, Amazon Root CA 1, GlobalSign Root R3. */
const keys = [
  "ade82473f41437f39b9e2b57281c87bedcb7df38908c6e3c",
  "bb37cd34dc7b6bc9b26890ad4a75ff46ba210a088df51954",
  "b2788071ca78d5e371af478050747d6ed8d78876f49968f7",
  "cc2576907906782216f5c083b684ca289efd057611c5ad88",
].map((hex) => Buffer.from(hex, "hex"));
/** One alone may be pinned. */
const ENOUGH_KEYS = 2;

/** What programs say that take roots from elsewhere. The second is the mark of Go's linker. */
const honouring = ["SSL_CERT_FILE", "\xff Go buildinf:", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS"].map((text) =>
  Buffer.from(text, "latin1"),
);

const CHUNK_BYTES = 1 << 20;
const MOST_BYTES = 1 << 30;
const LONGEST_NEEDLE = 64;

const known = new Map<string, Promise<boolean>>();

/** Looks at the process's executable, once for each file. */
export const hasCompiledRoots = lately(async (pid: number): Promise<boolean> => {
  try {
    const file = await open(`/proc/${pid}/exe`, "r");
    try {
      const { dev, ino, mtimeMs } = await file.stat();
      const key = `${dev} ${ino} ${mtimeMs}`;
      const looked = known.get(key) ?? looksCompiledIn(file);
      known.set(key, looked);
      return await looked;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
});

async function looksCompiledIn(file: FileHandle): Promise<boolean> {
  return (await countIn(file, keys, ENOUGH_KEYS)) >= ENOUGH_KEYS && (await countIn(file, honouring, 1)) === 0;
}

/** How many of the needles the file holds; no more are looked for than are enough. */
async function countIn(file: FileHandle, needles: readonly Buffer[], enough: number): Promise<number> {
  const buffer = Buffer.alloc(CHUNK_BYTES + LONGEST_NEEDLE);
  const missing = new Set(needles);
  const found = () => needles.length - missing.size;
  let held = 0;
  for (let at = 0; at < MOST_BYTES && found() < enough;) {
    const { bytesRead } = await file.read(buffer, held, CHUNK_BYTES, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const seen = buffer.subarray(0, held + bytesRead);
    for (const needle of missing) if (seen.includes(needle)) missing.delete(needle);
    // A needle may lie across two reads.
    held = Math.min(LONGEST_NEEDLE, seen.length);
    seen.copyWithin(0, seen.length - held);
  }
  return found();
}
