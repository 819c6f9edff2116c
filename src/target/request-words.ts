/**
 * Where the threads of a process say for which request they run: pages that a shim (`shims/node.cjs`) has made, found by
 * their size and by what they begin with. Processes without one have none.
 */
import { type FileHandle, open, readFile } from "node:fs/promises";

/** A thread, as the process itself counts, and the address of its number. */
export interface RequestWord {
  readonly thread: number;
  readonly address: number;
}

const MARK = Buffer.from("reprise: whom the code works for", "latin1");
const PAGE_BYTES = 64 << 10;
const [THREAD_AT, WORD_AT, HEAD_BYTES] = [32, 40, 48];
/** A piece of memory of its own: readable, writable, of no file. */
const PRIVATE = /^([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0\s*$/gm;

/** Looks through what a process has mapped; one that has ended has none. */
export async function findRequestWords(pid: number): Promise<RequestWord[]> {
  let memory: FileHandle | null = null;
  try {
    const maps = await readFile(`/proc/${pid}/maps`, "latin1");
    const pages = [...maps.matchAll(PRIVATE)]
      .map(([, from = "", to = ""]) => [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const)
      .filter(([from, to]) => to - from === PAGE_BYTES);
    if (pages.length === 0) return [];
    memory = await open(`/proc/${pid}/mem`, "r");
    const words: RequestWord[] = [];
    for (const [page] of pages) {
      const head = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await memory.read(head, 0, HEAD_BYTES, page);
      if (bytesRead < HEAD_BYTES || !head.subarray(0, MARK.length).equals(MARK)) continue;
      words.push({ thread: head.readUInt32LE(THREAD_AT), address: page + WORD_AT });
    }
    return words;
  } catch {
    return [];
  } finally {
    await memory?.close();
  }
}
