/**
 * Answers in a server's place: reads requests, asks the pool, sends what was recorded, in the order asked. A miss is a
 * 502 and the connection stays. A tunnel is open as soon as it is asked for. Its counterpart is record-session.ts.
 */
import { FormatError } from "../../core/errors.ts";
import type { Miss } from "../../core/exchange.ts";
import type { Ask, Pool } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { textBytes } from "../../lib/bytes/text.ts";
import { ESTABLISHED, farEndOf, isConnect, leadsOn } from "./connect.ts";
import { encodeResponseBody, encodeResponseHead, type Piece } from "./encode.ts";
import { isTunnel, keepsAlive, responseFraming } from "./framing.ts";
import { headDistance } from "./head-distance.ts";
import { keyOf } from "./key.ts";
import { MessageReader } from "./message-reader.ts";
import { badRequestResponse, missResponse } from "./miss-response.ts";
import { Outbox } from "./outbox.ts";
import { requestDifferences } from "./request-differences.ts";
import { expectsContinue, readRequestHead, type RequestHead, withBody } from "./request-reader.ts";
import type { HttpRequest, HttpResponse, HttpSpec } from "./spec.ts";

const CONTINUE = textBytes("HTTP/1.1 100 Continue\r\n\r\n");

export class ReplaySession implements Session<HttpSpec> {
  readonly #peer: Peer;
  readonly #pool: Pool<HttpSpec>;
  readonly #client = new MessageReader();
  readonly #outbox = new Outbox();
  #reading: RequestHead | null = null;
  #continued = false;
  /** Nothing more is read: the connection closes, or the recording of a stream ends open. */
  #done = false;
  #closing = false;

  constructor(peer: Peer, pool: Pool<HttpSpec>) {
    this.#peer = peer;
    this.#pool = pool;
  }

  start(): Iterable<Step<HttpSpec>> {
    return [];
  }

  wake(): Iterable<Step<HttpSpec>> {
    return this.#outbox.wake();
  }

  gap(): void {
    this.#done = true;
  }

  *end(from: Side): Generator<Step<HttpSpec>> {
    if (from !== "client") return;
    if (!this.#closing) this.#close("the client closed");
    yield* this.#outbox.flush();
  }

  *data(chunk: Chunk): Generator<Step<HttpSpec>> {
    if (this.#done) return;
    this.#client.push(chunk.bytes, chunk.at);
    try {
      while (!this.#done) {
        const request = this.#next();
        if (!request) break;
        if (isConnect(request) && !this.#wasRefused(request)) return yield* this.#tunnel(request);
        yield* this.#answer(request);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#refuse(error.message);
    }
    yield* this.#outbox.flush();
  }

  /** The next whole request; one that waits for leave to send its body gets it. */
  #next(): HttpRequest | undefined {
    this.#reading ??= this.#begin();
    if (!this.#reading) return undefined;
    const { request } = this.#reading;
    if (this.#isRefusedUnsent(this.#reading)) {
      this.#reading = null;
      return { ...request, bodyUnsent: true };
    }
    const body = this.#client.body();
    if (!body) {
      if (!this.#continued && expectsContinue(this.#reading) && this.#client.bodyLength === 0) {
        this.#continued = true;
        this.#outbox.add([{ bytes: CONTINUE, afterMs: 0 }]);
      }
      return undefined;
    }
    this.#reading = null;
    return withBody(request, body);
  }

  #begin(): RequestHead | null {
    this.#continued = false;
    return readRequestHead(this.#client, this.#peer) ?? null;
  }

  /** Whether the recording answered such a request before its body was sent. */
  #isRefusedUnsent(head: RequestHead): boolean {
    if (!expectsContinue(head) || this.#continued || this.#client.waiting > 0) return false;
    const { shape, text } = keyOf({ ...head.request, bodyUnsent: true });
    for (const { request } of this.#pool.recall(shape)) {
      if (request.bodyUnsent && keyOf(request).text === text) return true;
    }
    return false;
  }

  /** Whether the recording holds a proxy's refusal to lead there. */
  #wasRefused(request: HttpRequest): boolean {
    const { shape, text } = keyOf(request);
    for (const recorded of this.#pool.recall(shape)) {
      if (!leadsOn(recorded.response.status) && keyOf(recorded.request).text === text) return true;
    }
    return false;
  }

  *#tunnel({ target }: HttpRequest): Generator<Step<HttpSpec>> {
    const farEnd = farEndOf(target);
    if (farEnd === null) {
      this.#refuse(`CONNECT names no host and port: ${target.slice(0, 80)}`);
      return yield* this.#outbox.flush();
    }
    this.#outbox.add([{ bytes: ESTABLISHED, afterMs: 0 }]);
    yield* this.#outbox.flush();
    this.#done = true;
    yield { do: "tunnel", ...farEnd, early: this.#client.rest() };
  }

  *#answer(request: HttpRequest): Generator<Step<HttpSpec>> {
    const key = keyOf(request);
    const ask: Ask<HttpSpec> = {
      key,
      differs: (recorded) => requestDifferences(recorded.request, request),
      similarity: null,
      distance: (recorded) => headDistance(recorded.request.headers, request.headers),
    };
    const take = this.#pool.take(ask);
    if (take.found && take.spec.response.skippedSize === null) return this.#respond(request, take.spec.response);
    const nearest = take.found ? { mock: take.mock, differs: ["body: its file leaves the body out"] } : take.nearest;
    const miss: Miss = { protocol: "http1", asked: key.asked, nearest };
    yield { do: "miss", miss };
    this.#respond(request, missResponse(miss));
  }

  #respond(request: HttpRequest, response: HttpResponse): void {
    const { method } = request;
    this.#outbox.add(responsePieces(response, method, this.#continued));
    const framing = responseFraming(response.headers, method, response.status);
    if (response.cut) {
      this.#done = true;
    } else if (isTunnel(method, response.status)) {
      this.#close("what follows an upgrade is not replayed");
    } else if (framing.kind === "close") {
      this.#close("the end of the body is the end of the connection");
    } else if (
      request.bodyUnsent ||
      !keepsAlive(request.minor, request.headers) ||
      !keepsAlive(response.minor, response.headers)
    ) {
      this.#close("the exchange ends the connection");
    }
  }

  #refuse(reason: string): void {
    this.#outbox.add(responsePieces(badRequestResponse(reason), "GET", false));
    this.#close(reason);
  }

  #close(reason: string): void {
    this.#done = true;
    this.#closing = true;
    this.#outbox.close(reason);
  }
}

/** Everything that was sent for one request; the 100 (Continue) that the client has is left out. */
function* responsePieces(response: HttpResponse, method: string, continued: boolean): Generator<Piece> {
  let left = continued;
  for (const interim of response.interim) {
    if (left && interim.status === 100) left = false;
    else yield { bytes: encodeResponseHead(interim), afterMs: 0 };
  }
  yield { bytes: encodeResponseHead(response), afterMs: 0 };
  yield* encodeResponseBody(response, method);
}
