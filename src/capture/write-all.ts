/**
 * Writes memory to the journal. Much at once goes through the page cache without staying there, where the kernel (6.14) and
 * the file system know of that: pages that nobody has touched yet cost more than the copying, most of all in a virtual
 * machine, and a journal that grows by gigabytes would push out what the app has there. Its reader is far behind then.
 */
import { type Pointer, ptr } from "bun:ffi";
import { errno, libc } from "../../ffi/libc.ts";

const EINTR = 4;
const EINVAL = 22;
const ENOSYS = 38;
const EOPNOTSUPP = 95;
const PWRITEV2 = process.arch === "x64" ? 328 : 287;
const RWF_DONTCACHE = 0x80;
/** At the file's own position, which goes on. */
const HERE = -1;
/** From here on it is much: what comes so in one look comes at 100 MB/s and more. */
const BULK_BYTES = 1 << 20;

/** Whether this kernel, and the file systems that were met, take `RWF_DONTCACHE`. */
let isPassing = true;
/** struct iovec */
const piece = new BigUint64Array(2);

/** Writes memory to a file at its position; 0, or the errno that stopped it. */
export function writeAll(file: number, start: number, length: number): number {
  for (let done = 0; done < length;) {
    const isBulk = isPassing && length - done >= BULK_BYTES;
    const written = (isBulk ? writePassing : writePlain)(file, start + done, length - done);
    if (written >= 0) {
      done += written;
      continue;
    }
    const why = errno();
    if (isBulk && (why === EOPNOTSUPP || why === EINVAL || why === ENOSYS)) isPassing = false;
    else if (why !== EINTR) return why;
  }
  return 0;
}

function writePlain(file: number, start: number, length: number): number {
  return Number(libc().write(file, start as Pointer, BigInt(length)));
}

function writePassing(file: number, start: number, length: number): number {
  piece[0] = BigInt(start);
  piece[1] = BigInt(length);
  return Number(libc().syscall(PWRITEV2, file, ptr(piece), 1, HERE, 0, RWF_DONTCACHE));
}
