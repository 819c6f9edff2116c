/**
 * Answers as a server that nobody understands did. TCP cuts bytes anywhere, so what was recorded says where a request ends:
 * where the bytes are one and no longer one begins so. Where that stays open, silence decides; then the same bytes, two
 * requests in a row, or what is alike enough, in that order. Else it is a miss, and the one legal answer of a protocol
 * unknown is to close. Its counterpart is `record-session.ts`.
 */
import type { Difference } from "../../core/diff.ts";
import type { Ask, Pool } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { joined } from "../../lib/bytes/pieces.ts";
import { commonPrefix, preview } from "./bytes.ts";
import { Growing } from "./growing.ts";
import { HTTP2_UNREAD, isHttp2 } from "./http2.ts";
import { LIKE_FROM, Likeness } from "./likeness.ts";
import { Pushes } from "./pushes.ts";
import { RequestIndex, Walk } from "./request-index.ts";
import { type GenericSpec, GREETING, keyOf, REQUEST } from "./spec.ts";
import { Tails } from "./tails.ts";

type Steps = Iterable<Step<GenericSpec>>;

const SILENCE_MS = 50;
/** For so long a client may stop in the middle of what was recorded as one request. */
const PAUSE_MS = 2_000;
const EXCERPT_BEFORE = 8;

/** One connection, or one flow of datagrams, answered from the pool. */
export class ReplaySession implements Session<GenericSpec> {
  readonly #isUdp: boolean;
  readonly #pool: Pool<GenericSpec>;
  readonly #pending = new Growing();
  readonly #pushes: Pushes;
  #recorded: RequestIndex | undefined;
  #walk: Walk | undefined;
  /** No recorded request begins as the pending bytes do, nor can they be cut into recorded ones. */
  #isForeign = false;
  #isHeard = false;
  #isClosed = false;
  /** When the pending bytes may be judged as they are, and the earliest call that was asked for. */
  #dueAt: number | null = null;
  #wakeAt: number | null = null;

  constructor(peer: Peer, pool: Pool<GenericSpec>) {
    this.#isUdp = peer.transport === "udp";
    this.#pool = pool;
    this.#pushes = new Pushes(pool);
  }

  *start(): Steps {
    for (const _ of this.#pool.recall(GREETING)) {
      yield* this.#answer(new Uint8Array(0), 0);
      return;
    }
  }

  *data({ bytes, at }: Chunk): Steps {
    if (this.#isClosed || bytes.length === 0) return;
    if (this.#isUdp) return yield* this.#answer(bytes, at);
    const isUnread = !this.#isHeard && isHttp2(bytes) && !this.#index.requests.some(isHttp2);
    if (isUnread) return yield { do: "unread", reason: HTTP2_UNREAD };
    this.#isHeard = true;
    this.#pending.add(bytes);
    yield* this.#follow(bytes, at);
  }

  *wake(at: number): Steps {
    yield* this.#push(this.#pushes.wake(at));
    if (this.#wakeAt !== null && at >= this.#wakeAt - 1) this.#wakeAt = null;
    if (this.#isClosed || this.#dueAt === null || this.#pending.length === 0) return;
    if (at < this.#dueAt - 1) return yield* this.#wakeIn(this.#dueAt - at, at);
    yield* this.#decide(at);
  }

  gap(): void {}

  *end(from: Side): Steps {
    if (from !== "client" || this.#isClosed) return;
    while (this.#pending.length > 0 && !this.#isClosed) yield* this.#decide(0);
    if (!this.#isClosed) yield* this.#close("the client has said all");
  }

  /** Takes every request that is complete for sure; `fresh` is what the walk has not seen yet. */
  *#follow(fresh: Uint8Array, at: number): Steps {
    while (this.#pending.length > 0 && !this.#isClosed) {
      this.#dueAt = null;
      // More bytes change nothing about a beginning that is no recorded one.
      if (this.#isForeign) return yield* this.#wakeIn(SILENCE_MS, at);
      this.#walk ??= new Walk(this.#index);
      const place = this.#walk.add(fresh);
      if (place.isPrefix) return yield* this.#wakeIn(place.isExact ? SILENCE_MS : PAUSE_MS, at);
      const length = place.isExact ? this.#pending.length : this.#index.longestStart(this.#pending.bytes);
      this.#isForeign = length === 0 || !this.#goesOn(length);
      if (this.#isForeign) continue;
      yield* this.#answerFirst(length, at);
      fresh = this.#pending.bytes;
    }
  }

  /** Whether what follows a request is the beginning of another, or nothing. */
  #goesOn(length: number): boolean {
    const rest = this.#pending.bytes.subarray(length);
    if (rest.length === 0) return true;
    const place = new Walk(this.#index).add(rest);
    return place.isExact || place.isPrefix || this.#index.longestStart(rest) > 0;
  }

  /** Nothing more came: the bytes as they are, else what is alike, else the request that they begin with. */
  *#decide(at: number): Steps {
    const bytes = this.#pending.bytes;
    const place = new Walk(this.#index).add(bytes);
    const start = place.isExact ? 0 : this.#index.longestStart(bytes);
    const isSplit = start > 0 && !this.#isLikeAny(bytes);
    yield* this.#answerFirst(isSplit ? start : bytes.length, at);
    if (this.#pending.length > 0) yield* this.#follow(this.#pending.bytes, at);
  }

  #isLikeAny(bytes: Uint8Array): boolean {
    const likeness = new Likeness(bytes);
    return this.#index.requests.some((request) => likeness.to(request) >= LIKE_FROM);
  }

  *#answerFirst(length: number, at: number): Steps {
    const request = this.#pending.take(length);
    this.#walk = undefined;
    this.#isForeign = false;
    this.#dueAt = null;
    yield* this.#answer(request, at);
  }

  *#answer(request: Uint8Array, at: number): Steps {
    const taken = this.#pool.take(this.#ask(request));
    if (taken.found) {
      yield* this.#say(taken.spec);
      // What comes after an answer comes after the recorded request, though it was merely alike.
      if (!this.#isUdp && !this.#isClosed) yield* this.#push(this.#pushes.listen(joined(taken.spec.request), at));
      return;
    }
    const { asked } = keyOf({ request: [request], isPush: false });
    yield { do: "miss", miss: { protocol: "generic", asked, nearest: taken.nearest } };
    if (!this.#isUdp) yield* this.#close("no recorded answer");
  }

  #ask(request: Uint8Array): Ask<GenericSpec> {
    const likeness = new Likeness(request);
    const tails = new Tails(request, () => this.#index.requests);
    const alike = (recorded: Uint8Array): number => Math.max(tails.to(recorded), likeness.to(recorded));
    // What was recorded exactly so has its own answers; when they are used up, another's would be wrong.
    const isKnown = request.length === 0 || new Walk(this.#index).add(request).isExact;
    return {
      key: keyOf({ request: [request], isPush: false }),
      differs: (recorded) => differences(joined(recorded.request), request),
      similarity: isKnown ? null : (recorded) => alike(joined(recorded.request)),
    };
  }

  *#say({ response, closes }: GenericSpec): Steps {
    for (const bytes of response) if (bytes.length > 0) yield { do: "send", bytes };
    if (closes) yield* this.#close("the recorded server closed here");
  }

  /** What the server says by itself, and when it is to be looked for again. */
  *#push(steps: ReturnType<Pushes["wake"]>): Steps {
    for (const step of steps) {
      if (this.#isClosed) return;
      if ("said" in step) yield* this.#say(step.said);
      else yield { do: "wake", afterMs: step.afterMs, orOnChange: true };
    }
  }

  *#close(reason: string): Steps {
    this.#isClosed = true;
    yield { do: "close", reason };
  }

  *#wakeIn(afterMs: number, at: number): Steps {
    this.#dueAt = at + afterMs;
    if (this.#wakeAt !== null && this.#wakeAt <= this.#dueAt) return;
    this.#wakeAt = this.#dueAt;
    yield { do: "wake", afterMs };
  }

  get #index(): RequestIndex {
    this.#recorded ??= new RequestIndex([...this.#pool.recall(REQUEST)].map(({ request }) => joined(request)));
    return this.#recorded;
  }
}

/** The first place in which two requests differ; the path counts bytes. */
function differences(recorded: Uint8Array, asked: Uint8Array): Difference[] {
  const at = commonPrefix(recorded, asked);
  if (at === recorded.length && at === asked.length) return [];
  const from = Math.max(0, at - EXCERPT_BEFORE);
  const [expected, actual] = [recorded, asked].map((bytes) => preview(bytes.subarray(from)));
  return [{ path: `request[${at}]`, expected, actual, change: "changed" }];
}
