/**
 * From acts and exchanges to who handled each test and who asked for each mock: what `core/causes.ts` judges by. Acts are
 * kept for as long as an exchange on their connection may need them, what is known of tests and mocks lies in columns.
 *
 * A request was sent by whoever sent the piece in which it begins, if that was seen; else, as in TLS, by whoever was the only
 * one to send on its connection since the request before had come.
 */
import type { Actor } from "../capture/act.ts";
import type { Flow, FlowEvent } from "../capture/flow-events.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Causes } from "../core/causes.ts";
import { tokensOf, wordsOf } from "../core/tokens.ts";
import { NumberColumns } from "./number-columns.ts";
import { TokenLists } from "./token-lists.ts";

/** What a mock holds, for when that matters. */
export interface Content {
  /** What it asks, whatever its values. */
  shape(): string;
  /** All of it, as plain data. */
  data(): unknown;
}

interface Seen {
  readonly context: number;
  readonly does: "send" | "receive";
  readonly isRequest: boolean;
  /** Nobody else can have asked for it. */
  readonly isSure: boolean;
  readonly at: number;
}

/** A context by what tells it from others; `parent` is one by number. */
interface Named {
  readonly name: string;
  readonly kind: Actor["kind"];
  readonly bornNs: number;
  readonly parent: number;
}

/** A request: who has sent it, 0 for nobody knows, and between which times. */
interface Asked {
  readonly from: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly context: number;
  readonly isSure: boolean;
}

const NOT_YET: Asked = { from: -Infinity, startedAt: -Infinity, endedAt: -Infinity, context: 0, isSure: false };

/** A connection as far as its acts matter. */
interface Talk {
  acts: Seen[];
  /** When its last exchange was over. */
  endedAt: number;
  /** The last request. */
  asked: Asked;
  /**
   * The last mock and when it was answered. Where an event loop asks for several requests at once on one connection, its
   * driver may send what one has asked when another one does.
   */
  last: { readonly mock: number; readonly isGuess: boolean; readonly endedAt: number } | null;
}

/** More than one exchange needs, on a connection where none is ever read. */
const MOST_ACTS = 4_096;
/** So that memory stays bounded; a recording that has more of them is told by time from there on. */
const MOST_LISTS = 20_000;
const [TEST_TOKENS, MOCK_TOKENS] = [64, 32];
/** Contexts that are known by name; of two such lots the elder is forgotten when the younger is full. */
const LOT = 1 << 13;

const [READER, READ_AT, RESPONDER, RESPONDED_AT] = [0, 1, 2, 3] as const;
const [ASKER, IS_GUESS, SHAPE] = [0, 1, 2] as const;
const [PARENT, BORN_AT, KIND, HANDLES] = [0, 1, 2, 3] as const;
const KINDS = { goroutine: 0, thread: 1, request: 2 } as const;

export class RecordedCauses implements Causes {
  readonly #talks = new Map<string, Talk>();
  readonly #tests = new NumberColumns(4);
  readonly #mocks = new NumberColumns(3);
  /** The first one is nobody. */
  readonly #contexts = new NumberColumns(4);
  readonly #timeOf: (stampNs: number) => number;
  readonly #testTokens = new TokenLists();
  readonly #mockTokens = new TokenLists();
  #known = new Map<string, number>();
  #knownBefore = new Map<string, number>();

  /** `timeOf`: the time of a stamp of the kernel's, as the events have it. */
  constructor(timeOf: (stampNs: number) => number) {
    this.#timeOf = timeOf;
    this.#contexts.add(0, 0, KINDS.goroutine, 0);
  }

  act({ flow, act, at }: Extract<FlowEvent, { type: "act" }>): void {
    let talk = this.#talks.get(flow.id);
    if (talk === undefined)
      this.#talks.set(flow.id, (talk = { acts: [], endedAt: -Infinity, asked: NOT_YET, last: null }));
    const isRequest = act.actor.kind === "request";
    const context = this.#contextOf(act.actor, flow);
    if (isRequest || act.does === "receive") this.#contexts.put(context, HANDLES, 1);
    talk.acts.push({ context, does: act.does, isRequest, isSure: act.actor.isSure, at });
    if (talk.acts.length > MOST_ACTS) talk.acts = talk.acts.slice(MOST_ACTS / 2);
  }

  /** The next test; `contentOf` is asked where calls are not told by who asks. */
  test(flowId: string, exchange: Exchange<unknown>, contentOf: () => unknown): void {
    const during = this.#actsOf(flowId, exchange);
    const read = during.findLast(({ does }) => does === "receive");
    const responded = during.findLast(({ does }) => does === "send");
    const answeredAt = responded?.at ?? exchange.endedAt;
    // What is done for one request, and for no other, is its own from the beginning.
    const own = responded?.isRequest === true ? responded.context : null;
    const { context: reader = 0, at: readAt = exchange.startedAt } = own === null ? (read ?? {}) : {};
    const test = this.#tests.add(own ?? reader, readAt, responded?.context ?? 0, answeredAt);
    if (this.#mockTokens.size > 0 && this.#testTokens.size < MOST_LISTS)
      this.#testTokens.put(test, tokensOf(contentOf(), TEST_TOKENS));
  }

  /** The next mock; `content` is asked where who asks tells nothing. */
  mock(flowId: string, exchange: Exchange<unknown>, content: Content): void {
    const last = this.#talks.get(flowId)?.last ?? null;
    const asker = this.#askerOf(flowId, exchange);
    // What came at its own time, such as a message, is no turn of a poll. 32 bits, and never 0.
    const isTurn = asker === 0 && exchange.endedAt > exchange.startedAt;
    const mock = this.#mocks.add(asker, 0, isTurn ? Bun.hash.xxHash32(content.shape()) || 1 : 0);
    const talk = this.#talks.get(flowId);
    const isGuess = asker === 0 || (this.#isRequest(asker) && talk?.asked.isSure !== true);
    if (isGuess || !this.#hasHandled(asker)) this.#keepTokens(mock, content);
    if (talk === undefined) return;
    if (last !== null && exchange.startedAt < last.endedAt && (isGuess || last.isGuess)) {
      if (isGuess) this.#mocks.put(mock, IS_GUESS, 1);
      if (last.isGuess) this.#mocks.put(last.mock, IS_GUESS, 1);
    }
    talk.last = { mock, isGuess, endedAt: exchange.endedAt };
  }

  /** Who has sent the request, or 0. */
  #askerOf(flowId: string, exchange: Exchange<unknown>): number {
    const talk = this.#talks.get(flowId);
    if (talk === undefined) return 0;
    const before = talk.asked;
    const { startedAt, endedAt } = exchange;
    const from = startedAt === before.startedAt ? before.from : before.startedAt;
    const sent = this.#actsOf(flowId, exchange, from).filter(({ does, at }) => does === "send" && at <= startedAt);
    const writing = sent.findLast(({ at }) => at === startedAt);
    const context = writing?.context ?? onlyOne(sent.filter(({ at }) => at > from), before); // prettier-ignore
    talk.asked = { from, startedAt, endedAt, context, isSure: writing?.isSure === true };
    return context;
  }

  #isRequest(context: number): boolean {
    return context !== 0 && this.#contexts.at(context, KIND) === KINDS.request;
  }

  #keepTokens(mock: number, { shape, data }: Content): void {
    if (this.#mockTokens.size >= MOST_LISTS) return;
    this.#mockTokens.put(mock, tokensOf(data(), MOCK_TOKENS, wordsOf(shape())));
  }

  /** Itself, or of what is not kept for other work one of its ancestors. */
  #hasHandled(context: number): boolean {
    for (let each = context; each !== 0; each = this.isThread(each) ? 0 : this.parentOf(each))
      if (this.#contexts.at(each, HANDLES) === 1) return true;
    return false;
  }

  /** An exchange that nobody asks about: what was done for it says nothing about the next. */
  passed(flowId: string, exchange: Exchange<unknown>): void {
    this.#askerOf(flowId, exchange);
  }

  /** Nothing more passes there. */
  close(flow: Flow): void {
    this.#talks.delete(flow.id);
  }

  get contexts(): number {
    return this.#contexts.count;
  }

  readerOf(test: number): number {
    return this.#tests.at(test, READER);
  }

  readAtOf(test: number): number {
    return this.#tests.at(test, READ_AT);
  }

  responderOf(test: number): number {
    return this.#tests.at(test, RESPONDER);
  }

  respondedAtOf(test: number): number {
    return this.#tests.at(test, RESPONDED_AT);
  }

  askerOf(mock: number): number {
    return this.#mocks.at(mock, ASKER);
  }

  isGuess(mock: number): boolean {
    return this.#mocks.at(mock, IS_GUESS) === 1;
  }

  tokensOfTest(test: number): Uint32Array | null {
    return this.#testTokens.at(test);
  }

  tokensOfMock(mock: number): Uint32Array | null {
    return this.#mockTokens.at(mock);
  }

  shapeOf(mock: number): number {
    return this.#mocks.at(mock, SHAPE);
  }

  parentOf(context: number): number {
    return this.#contexts.at(context, PARENT);
  }

  bornAtOf(context: number): number {
    return this.#contexts.at(context, BORN_AT);
  }

  isThread(context: number): boolean {
    return this.#contexts.at(context, KIND) === KINDS.thread;
  }

  /** The acts since the exchange before, or since `since` if that is earlier; what is older is forgotten. */
  #actsOf(flowId: string, { startedAt, endedAt }: Exchange<unknown>, since = Infinity): readonly Seen[] {
    const talk = this.#talks.get(flowId);
    if (talk === undefined) return [];
    // Several exchanges may be on their way at once.
    const from = Math.min(talk.endedAt, startedAt, since);
    talk.acts = talk.acts.filter(({ at }) => at >= from);
    talk.endedAt = Math.max(talk.endedAt, endedAt);
    return talk.acts.filter(({ at }) => at <= endedAt);
  }

  #contextOf({ kind, process, lineage, isPolled }: Actor, { direction }: Flow): number {
    // Whoever waits for many sockets at once may be about anything.
    if (kind === "thread" && isPolled && direction === "outgoing") return 0;
    const owner = kind === "thread" ? "" : `${process} `;
    return lineage.reduceRight(
      (parent, { number, bornNs }) => this.#numberOf({ name: `${owner}${number}`, kind, bornNs, parent }),
      0,
    );
  }

  /** A thread's number may be another's later: its birth tells them apart. */
  #numberOf({ name, kind, bornNs, parent }: Named): number {
    let number = this.#known.get(name) ?? this.#knownBefore.get(name);
    const bornAt = bornNs === 0 ? 0 : this.#timeOf(bornNs);
    if (number === undefined || (bornAt !== 0 && this.#contexts.at(number, BORN_AT) !== bornAt))
      number = this.#contexts.add(parent, bornAt, KINDS[kind], 0);
    else if (parent !== 0) this.#contexts.put(number, PARENT, parent);
    if (this.#known.size >= LOT) [this.#knownBefore, this.#known] = [this.#known, new Map()];
    this.#known.set(name, number);
    return number;
  }
}

/** Of several who may have sent a request, the only one; what whoever sent the one before sent meanwhile is that one's rest. */
function onlyOne(sent: readonly Seen[], before: Asked): number {
  const others = sent.filter(({ context, at }) => context !== before.context || at > before.endedAt);
  const [{ context } = { context: 0 }] = others.length > 0 ? others : sent;
  return others.every((other) => other.context === context) ? context : 0;
}
