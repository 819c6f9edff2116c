/**
 * From a journal to a recording, while it is written or after its writer has died: the same code, so that the same bytes
 * give the same tests. It takes turns with everything else on its thread and waits when the disk is behind.
 */
import type { Journal } from "../capture/journal.ts";
import { Reassembly } from "../capture/reassembly.ts";
import type { TestSetWriter } from "../store/test-set-writer.ts";
import { Decoder, type DecoderOptions } from "./decoder.ts";
import type { Pace } from "./pace.ts";

export interface DecodeOptions extends DecoderOptions {
  readonly journal: Journal;
  readonly writer: TestSetWriter;
  /** Aborted when nothing more will be written; `null` for a journal that is whole. */
  readonly follow: AbortSignal | null;
  /** Whom the work gives way to; `null` where nobody waits. */
  readonly pace: Pace | null;
  /** Told after each batch how many bytes of the journal are done. */
  progress(bytes: number): void;
}

/** Left to itself the collector lets garbage grow to several times of what is held before it looks at all of it. */
const COLLECT_BYTES = 3 << 20;

/** Decodes to the end of the journal. */
export async function decodeJournal(options: DecodeOptions): Promise<void> {
  const { pace } = options;
  const decoder = new Decoder(options);
  const reassembly = new Reassembly({ clockOffsetMs: options.journal.meta.clockOffsetMs });
  let collectedAt = options.journal.position;
  for await (const batch of options.journal.batches(options.follow)) {
    pace?.resume();
    for (const event of reassembly.take(batch)) {
      decoder.push(event);
      const rest = pace?.turn() ?? null;
      if (rest !== null) await rest;
    }
    options.progress(options.journal.position);
    await options.writer.ready();
    if (options.journal.position - collectedAt < COLLECT_BYTES) continue;
    collectedAt = options.journal.position;
    Bun.gc(true);
  }
  for (const event of reassembly.finish()) decoder.push(event);
  decoder.finish();
  await options.writer.ready();
  if (options.journal.position > COLLECT_BYTES) Bun.gc(true);
}
