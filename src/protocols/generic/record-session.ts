/**
 * Records what nobody understands: an exchange is what the client says and what the server says until the client speaks
 * again. What a server says before anything else is a greeting. It sees turns and no messages, so a server that pushes
 * adds to the exchange before. Its counterpart is `replay-session.ts`.
 */
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { joined } from "./bytes.ts";
import type { GenericSpec, Runs } from "./spec.ts";

interface Open {
  readonly request: Uint8Array[];
  readonly response: Uint8Array[];
  readonly startedAt: number;
  endedAt: number;
}

/** One connection, or one exchange of datagrams, as it goes by. */
export class RecordSession implements Session<GenericSpec> {
  readonly #isUdp: boolean;
  readonly #ended = new Set<Side>();
  #open: Open | null = null;
  /** Nothing has been said or lost yet, so that a server's word would be a greeting. */
  #isFresh = true;
  /** After lost bytes: whose next words may be the middle of something. */
  #skips: "client" | "server" | null = null;

  constructor(peer: Peer) {
    this.#isUdp = peer.transport === "udp";
  }

  start(): Iterable<Step<GenericSpec>> {
    return [];
  }

  wake(): Iterable<Step<GenericSpec>> {
    return [];
  }

  *data({ from, bytes, at }: Chunk): Iterable<Step<GenericSpec>> {
    if (bytes.length === 0) return;
    if (from === "client") yield* this.#asked(bytes, at);
    else this.#answered(bytes, at);
    this.#isFresh = false;
  }

  /** A request that lacks bytes is known to be over only when the server has spoken and the client speaks again. */
  gap(from: Side): void {
    this.#open = null;
    this.#isFresh = false;
    if (from === "client" || this.#skips === null) this.#skips = from;
  }

  *end(from: Side): Iterable<Step<GenericSpec>> {
    this.#ended.add(from);
    // A client that has said all may still be answered.
    if (from === "client" && !this.#ended.has("server")) return;
    yield* this.#emit(from === "server" && !this.#ended.has("client"));
  }

  *#asked(bytes: Uint8Array, at: number): Iterable<Step<GenericSpec>> {
    if (this.#skips === "client") return;
    this.#skips = null;
    const isNext = this.#open !== null && (this.#isUdp || this.#open.response.length > 0);
    if (isNext) yield* this.#emit(false);
    this.#open ??= { request: [], response: [], startedAt: at, endedAt: at };
    this.#open.request.push(bytes);
    this.#open.endedAt = at;
  }

  #answered(bytes: Uint8Array, at: number): void {
    if (this.#skips !== null) {
      this.#skips = "server";
      return;
    }
    if (this.#open === null && this.#isFresh) this.#open = { request: [], response: [], startedAt: at, endedAt: at };
    if (this.#open === null) return;
    this.#open.response.push(bytes);
    this.#open.endedAt = at;
  }

  *#emit(closes: boolean): Iterable<Step<GenericSpec>> {
    if (this.#open === null) return;
    const { request, response, startedAt, endedAt } = this.#open;
    this.#open = null;
    const reuse = request.length === 0 ? "repeat" : "once";
    const spec = { request: this.#runs(request), response: this.#runs(response), closes };
    yield { do: "emit", exchange: { spec, startedAt, endedAt, reuse } };
  }

  #runs(chunks: readonly Uint8Array[]): Runs {
    return this.#isUdp || chunks.length === 0 ? chunks : [joined(chunks)];
  }
}
