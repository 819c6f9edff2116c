/**
 * Pairs queries with their replies by id and question, over UDP and TCP. Refuses zone transfers, whose reply is many
 * messages, and leaves out what is not a look-up. A query that is sent again is one query. The counterpart is replay.ts.
 */
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { type Frame, FrameReader } from "./frames.ts";
import { decodeMessage, Flag, type Message, opcodeOf, type Question } from "./message.ts";
import { nameSteps } from "./named-addresses.ts";
import { plainName } from "./names.ts";
import { type DnsSpec, specOf } from "./spec.ts";

/** Queries that wait for a reply; beyond this the oldest has been given up by whoever asked. */
const maxWaiting = 1024;

interface Waiting {
  readonly query: Message;
  readonly question: Question;
  readonly startedAt: number;
}

/** A session that reads what an app asks its resolver. */
export const recordDns = (peer: Peer): Session<DnsSpec> => new RecordSession(peer);

class RecordSession implements Session<DnsSpec> {
  readonly #peer: Peer;
  readonly #readers: Readonly<Record<Side, FrameReader>>;
  readonly #waiting = new Map<number, Waiting>();
  /** Over TCP a lost byte loses the place for good. */
  #isLost = false;

  constructor(peer: Peer) {
    this.#peer = peer;
    this.#readers = { client: new FrameReader(peer.transport), server: new FrameReader(peer.transport) };
  }

  start(): Step<DnsSpec>[] {
    return [];
  }

  *data(chunk: Chunk): Iterable<Step<DnsSpec>> {
    if (this.#isLost) {
      yield { do: "unread", reason: "bytes were lost between two DNS messages" };
      return;
    }
    for (const frame of this.#readers[chunk.from].take(chunk)) {
      if (chunk.from === "client") yield* this.#asked(frame);
      else yield* this.#answered(frame);
    }
  }

  wake(): Step<DnsSpec>[] {
    return [];
  }

  gap(): void {
    if (this.#peer.transport === "tcp") this.#isLost = true;
  }

  end(): Step<DnsSpec>[] {
    return [];
  }

  *#asked(frame: Frame): Iterable<Step<DnsSpec>> {
    const query = decodeMessage(frame.bytes);
    const [question] = query.questions;
    if (question === undefined || opcodeOf(query.flags) !== 0 || (query.flags & Flag.response) !== 0) return;
    if (question.type === "AXFR" || question.type === "IXFR") {
      yield { do: "unread", reason: `a zone transfer of ${plainName(question.name)}` };
      return;
    }
    const before = this.#waiting.get(query.id);
    const isAgain = before !== undefined && isSame(before.question, question);
    if (!isAgain) this.#waiting.set(query.id, { query, question, startedAt: frame.startedAt });
    if (this.#waiting.size > maxWaiting) {
      const [oldest = 0] = this.#waiting.keys();
      this.#waiting.delete(oldest);
    }
  }

  *#answered(frame: Frame): Iterable<Step<DnsSpec>> {
    const id = ((frame.bytes[0] ?? 0) << 8) | (frame.bytes[1] ?? 0);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const reply = decodeMessage(frame.bytes);
    const [question] = reply.questions;
    if ((reply.flags & Flag.response) === 0 || (question !== undefined && !isSame(question, waiting.question))) return;
    this.#waiting.delete(id);
    const { bytes } = frame;
    const spec = specOf(waiting.query, waiting.question, { bytes, transport: this.#peer.transport });
    yield* nameSteps(spec);
    const { startedAt } = waiting;
    yield { do: "emit", exchange: { spec, startedAt, endedAt: frame.endedAt, reuse: "repeat" } };
  }
}

const isSame = (a: Question, b: Question): boolean =>
  a.type === b.type && a.class === b.class && plainName(a.name) === plainName(b.name);
