/**
 * Reads one connection that others hold: pairs requests with responses, in order, and emits each exchange once both are
 * whole. Never emits a half of one. A tunnel is handed on; after an upgrade it says so and reads no further. Its counterpart
 * is replay-session.ts.
 */
import { FormatError } from "../../core/errors.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { farEndOf, isConnect, leadsOn } from "./connect.ts";
import { isTunnel } from "./framing.ts";
import { headerValue } from "./headers.ts";
import { MessageReader } from "./message-reader.ts";
import { asksToSwitch, expectsContinue, isOrdinary, readRequestHead, withBody } from "./request-reader.ts";
import { Resync } from "./resync.ts";
import { ResponseReader } from "./response-reader.ts";
import type { HttpRequest, HttpResponse, HttpSpec } from "./spec.ts";

/** Bytes that a server may send before any request; a refusal (408) is far smaller. */
const UNASKED_MOST = 1024 * 1024;

/** An exchange that is being built. */
interface Turn {
  readonly startedAt: number;
  readonly expects: boolean;
  readonly switches: boolean;
  request: HttpRequest;
  requestWhole: boolean;
  response: HttpResponse | null;
  endedAt: number;
}

export class RecordSession implements Session<HttpSpec> {
  readonly #peer: Peer;
  #client = new MessageReader();
  #server = new MessageReader();
  #responses = new ResponseReader(this.#server);
  /** In the order asked; the first that has no response is the one the server is answering. */
  #turns: Turn[] = [];
  /** The turn whose request body is being read. */
  #reading: Turn | null = null;
  #done = false;
  #clear: "open" | "due" | "said" = "open";
  readonly #resync = new Resync();

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  start(): Iterable<Step<HttpSpec>> {
    return [];
  }

  wake(): Iterable<Step<HttpSpec>> {
    return [];
  }

  *data(chunk: Chunk): Generator<Step<HttpSpec>> {
    if (this.#done || chunk.bytes.length === 0) return;
    const verdict = this.#resync.judge(chunk);
    if (verdict === "drop") this.#forget();
    if (verdict !== "read") return;
    (chunk.from === "client" ? this.#client : this.#server).push(chunk.bytes, chunk.at);
    yield* this.#advance();
  }

  gap(): void {
    this.#forget();
    this.#resync.lose();
  }

  #forget(): void {
    this.#turns = [];
    this.#reading = null;
    this.#client = new MessageReader();
    this.#server = new MessageReader();
    this.#responses = new ResponseReader(this.#server);
  }

  *end(from: Side, isReset = false): Generator<Step<HttpSpec>> {
    if (this.#done) return;
    const turn = this.#answering();
    if (from === "server") {
      const response = isReset ? undefined : this.#responses.close();
      if (turn && response) this.#answer(turn, response);
      this.#done = true;
    } else if (turn) {
      const response = this.#responses.cutEvents();
      if (response) {
        this.#answer(turn, response);
        this.#done = true;
      }
    }
    this.#settleUnsent();
    yield* this.#emitWhole();
    const torn = from === "server" ? this.#answering() : undefined;
    if (torn) yield { do: "unread", reason: `the answer to ${torn.request.method} ${torn.request.target} broke off` };
  }

  /** Reads on until neither side gives more: a response may free a request that waits, and the other way round. */
  *#advance(): Generator<Step<HttpSpec>> {
    for (let moved = true; moved && !this.#done;) {
      moved = this.#readRequest();
      if (this.#clear === "due") {
        this.#clear = "said";
        yield { do: "clear" };
      }
      moved = this.#readResponse() || moved;
      if (moved) yield* this.#emitWhole();
    }
  }

  #readRequest(): boolean {
    const reading = this.#reading;
    if (reading) {
      const body = this.#client.body();
      if (!body) return false;
      reading.request = withBody(reading.request, body);
      reading.requestWhole = true;
      this.#reading = null;
      return true;
    }
    const last = this.#turns.at(-1);
    if (last?.switches && last.response === null) return false;
    const head = readRequestHead(this.#client, this.#peer);
    if (!head) return false;
    const { request, startedAt } = head;
    this.#resync.request(headerValue(request.headers, "host") ?? "", this.#turns.length > 0);
    if (this.#clear === "open" && isOrdinary(request)) this.#clear = "due";
    this.#reading = {
      startedAt,
      expects: expectsContinue(head),
      switches: asksToSwitch(request),
      request,
      requestWhole: false,
      response: null,
      endedAt: 0,
    };
    this.#turns.push(this.#reading);
    return true;
  }

  #answering(): Turn | undefined {
    return this.#turns.find((turn) => turn.response === null);
  }

  #readResponse(): boolean {
    const turn = this.#answering();
    if (!turn) {
      if (this.#server.waiting > UNASKED_MOST)
        throw new FormatError("format.bytes", "the server speaks unasked", "response");
      return false;
    }
    const response = this.#responses.read(turn.request.method);
    if (!response) return false;
    this.#answer(turn, response);
    return true;
  }

  #answer(turn: Turn, response: HttpResponse): void {
    turn.response = response;
    turn.endedAt = this.#server.at;
  }

  /** A client that waited for 100 (Continue) and was refused sends no body: known once the connection ends. */
  #settleUnsent(): void {
    const turn = this.#reading;
    if (!turn?.expects || turn.response === null || this.#client.bodyLength + this.#client.waiting > 0) return;
    if (turn.response.interim.some(({ status }) => status === 100)) return;
    this.#client.abandon();
    turn.request = { ...turn.request, bodyUnsent: true };
    turn.requestWhole = true;
    this.#reading = null;
  }

  *#emitWhole(): Generator<Step<HttpSpec>> {
    for (let turn = this.#turns[0]; turn?.requestWhole && turn.response; turn = this.#turns[0]) {
      this.#turns.shift();
      const { request, response, startedAt, endedAt } = turn;
      const isPassage = isConnect(request) && leadsOn(response.status);
      if (!isPassage)
        yield { do: "emit", exchange: { spec: { request, response }, startedAt, endedAt, reuse: "once" } };
      if (!isTunnel(request.method, response.status)) continue;
      this.#done = true;
      yield isPassage ? this.#tunnel(request) : { do: "unread", reason: switchReason(response) };
      return;
    }
  }

  #tunnel({ target }: HttpRequest): Step<HttpSpec> {
    const farEnd = farEndOf(target);
    if (farEnd === null) return { do: "unread", reason: `the connection became a tunnel to ${target} (CONNECT)` };
    if (this.#client.waiting > 0)
      return { do: "unread", reason: `the client spoke before its tunnel to ${target} stood` };
    return { do: "tunnel", ...farEnd, early: this.#server.rest() };
  }
}

const switchReason = (response: HttpResponse): string =>
  `the connection was upgraded to ${headerValue(response.headers, "upgrade") ?? "another protocol"}`;
