/**
 * From a journal to a recording, while it is written or after its writer has died: the same code, so that the same bytes
 * give the same tests. It takes turns with everything else on its thread and waits when the disk is behind.
 */
import type { Journal } from "../capture/journal.ts";
import { Reassembly } from "../capture/reassembly.ts";
import type { TestSetWriter } from "../store/test-set-writer.ts";
import { Collector } from "./collect.ts";
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

/** Decodes to the end of the journal. */
export async function decodeJournal(options: DecodeOptions): Promise<void> {
  const { pace } = options;
  const decoder = new Decoder(options);
  const reassembly = new Reassembly({ clockOffsetMs: options.journal.meta.clockOffsetMs });
  const collector = new Collector(options.journal.position);
  for await (const batch of options.journal.batches(options.follow)) {
    pace?.resume();
    for (const event of reassembly.take(batch)) {
      decoder.push(event);
      const rest = pace?.turn() ?? null;
      if (rest !== null) await rest;
    }
    options.progress(options.journal.position);
    await options.writer.ready();
    collector.decoded(options.journal.position);
  }
  for (const event of reassembly.finish()) decoder.push(event);
  decoder.finish();
  await options.writer.ready();
  collector.finished(options.journal.position);
}
