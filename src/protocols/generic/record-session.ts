/**
 * Records what nobody understands: an exchange is what the client says and what the server says until the client speaks
 * again. What a server says before anything else is a greeting; what it says a while after its answer comes by itself, and
 * is kept apart, since it belongs to the test in which it came. It sees turns and no messages. Its counterpart is
 * `replay-session.ts`.
 */
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { joined } from "../../lib/bytes/pieces.ts";
import { HTTP2_UNREAD, isHttp2 } from "./http2.ts";
import type { GenericSpec, Runs } from "./spec.ts";

interface Open {
  readonly request: Uint8Array[];
  readonly response: Uint8Array[];
  readonly isPush: boolean;
  readonly startedAt: number;
  endedAt: number;
}

/** A server that has been silent for so long, and says more without being asked, does so by itself. */
const PAUSE_MS = 200;

/** One connection, or one exchange of datagrams, as it goes by. */
export class RecordSession implements Session<GenericSpec> {
  readonly #isUdp: boolean;
  readonly #ended = new Set<Side>();
  /** The client has spoken. */
  #isAsked = false;
  #isUnread = false;
  #open: Open | null = null;
  /** Nothing has been said or lost yet, so that a server's word would be a greeting. */
  #isFresh = true;
  /** The server has greeted, and what the client says first is how it introduces itself. */
  #isGreeted = false;
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
    if (bytes.length === 0 || this.#isUnread) return;
    if (from === "client" && !this.#isAsked && isHttp2(bytes)) return yield this.#leave();
    if (from === "client") yield* this.#asked(bytes, at);
    else yield* this.#answered(bytes, at);
    this.#isFresh = false;
  }

  /** A request that lacks bytes is known to be over only when the server has spoken and the client speaks again. */
  gap(from: Side): void {
    this.#open = null;
    this.#isFresh = false;
    this.#isGreeted = false;
    if (from === "client" || this.#skips === null) this.#skips = from;
  }

  *end(from: Side): Iterable<Step<GenericSpec>> {
    this.#ended.add(from);
    // A client that has said all may still be answered.
    if (from === "client" && !this.#ended.has("server")) return;
    yield* this.#emit(from === "server" && !this.#ended.has("client"), true);
  }

  #leave(): Step<GenericSpec> {
    this.#open = null;
    this.#isUnread = true;
    return { do: "unread", reason: HTTP2_UNREAD };
  }

  *#asked(bytes: Uint8Array, at: number): Iterable<Step<GenericSpec>> {
    this.#isAsked = true;
    if (this.#skips === "client") return;
    this.#skips = null;
    const open = this.#open;
    if (open !== null && (this.#isUdp || open.response.length > 0)) yield* this.#emit(false, false);
    this.#open ??= { request: [], response: [], isPush: false, startedAt: at, endedAt: at };
    this.#open.request.push(bytes);
    this.#open.endedAt = at;
  }

  *#answered(bytes: Uint8Array, at: number): Iterable<Step<GenericSpec>> {
    if (this.#skips !== null) {
      this.#skips = "server";
      return;
    }
    const open = this.#open;
    if (open !== null && !this.#isUdp && open.response.length > 0 && at - open.endedAt >= PAUSE_MS) {
      yield* this.#pause(open, at);
    }
    if (open === null && this.#isFresh) {
      this.#open = { request: [], response: [], isPush: false, startedAt: at, endedAt: at };
    }
    if (this.#open === null) return;
    this.#open.response.push(bytes);
    this.#open.endedAt = at;
  }

  /** What came so far is over; that nothing had come by itself till then is kept as well. */
  *#pause(open: Open, at: number): Iterable<Step<GenericSpec>> {
    yield* this.#emit(false, false);
    const request = this.#runs(open.request);
    if (!open.isPush) {
      const spec = { request, response: [], closes: false, isPush: true };
      const { endedAt } = open;
      yield { do: "emit", exchange: { spec, startedAt: endedAt, endedAt, reuse: "repeat" } };
    }
    this.#open = { request: [...request], response: [], isPush: true, startedAt: at, endedAt: at };
  }

  *#emit(closes: boolean, isLast: boolean): Iterable<Step<GenericSpec>> {
    if (this.#open === null) return;
    const { request, response, isPush, startedAt, endedAt } = this.#open;
    this.#open = null;
    const isGreeting = request.length === 0 && !isPush;
    // Every connection of a pool introduces itself, at times that nobody foretells.
    const isIntroduction = this.#isGreeted && !isPush && !isLast;
    if (!isPush) this.#isGreeted = isGreeting;
    const reuse = isGreeting || isIntroduction ? "repeat" : "once";
    const spec = { request: this.#runs(request), response: this.#runs(response), closes, isPush };
    yield { do: "emit", exchange: { spec, startedAt, endedAt, reuse } };
  }

  #runs(chunks: readonly Uint8Array[]): Runs {
    return this.#isUdp || chunks.length === 0 ? chunks : [joined(chunks)];
  }
}
