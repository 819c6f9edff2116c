/**
 * Messages as bytes, exactly as they were recorded: head, framing, chunk by chunk. Hands out pieces, so that a large
 * body is never copied whole. Its counterpart is message-reader.ts.
 */
import { textBytes } from "../../lib/bytes/text.ts";
import { NOTHING } from "../../lib/bytes/pieces.ts";
import { type ChunkRun, chunksLength, oneChunk, parseChunks } from "./chunk-sizes.ts";
import { requestFraming, responseFraming } from "./framing.ts";
import { mediaType } from "./headers.ts";
import { encodeHead, printHeaders, printRequestLine, printStatusLine } from "./head.ts";
import type { HttpRequest, HttpResponse, Interim, Message } from "./spec.ts";

/** Some bytes, to be sent so many milliseconds after those before. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/** Long enough that a client sees the chunks of an event stream one by one. */
const EVENT_GAP_MS = 2;
const BLOCK = 64 * 1024;
/** Chunks up to this size are copied together; larger payload is handed out where it lies. */
const SMALL = 8 * 1024;

/** Puts small things together into blocks. */
class Blocks {
  readonly #size: number;
  #block: Uint8Array = NOTHING;
  #end = 0;

  constructor(expected: number) {
    this.#size = Math.min(BLOCK, expected * 2 + 512);
  }

  *add(bytes: Uint8Array, afterMs: number): Generator<Piece> {
    if (bytes.length > SMALL || afterMs > 0) {
      yield* this.flush();
      yield { bytes, afterMs };
      return;
    }
    if (this.#end + bytes.length > this.#block.length) {
      yield* this.flush();
      this.#block = new Uint8Array(Math.max(this.#size, bytes.length));
    }
    this.#block.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  *flush(): Generator<Piece> {
    if (this.#end > 0) yield { bytes: this.#block.subarray(0, this.#end), afterMs: 0 };
    this.#block = this.#block.subarray(this.#end);
    this.#end = 0;
  }
}

const CRLF = textBytes("\r\n");

const runsOf = (message: Message): { readonly runs: readonly ChunkRun[]; readonly last: string } => {
  const parsed = message.chunks === null ? undefined : parseChunks(message.chunks);
  if (parsed && chunksLength(parsed.runs) === message.body.length) return parsed;
  return parseChunks(oneChunk(message.body.length)) ?? { runs: [], last: "0" };
};

/** With `spaced`, each chunk comes alone, a moment after the one before. */
function* encodeChunks(message: Message, spaced: boolean, finish: boolean): Generator<Piece> {
  const { runs, last } = runsOf(message);
  const blocks = new Blocks(message.body.length);
  let offset = 0;
  for (const run of runs) {
    const line = textLine(run.line);
    for (let index = 0; index < run.count; index++) {
      yield* blocks.add(line, spaced && offset > 0 ? EVENT_GAP_MS : 0);
      yield* blocks.add(message.body.subarray(offset, offset + run.size), 0);
      yield* blocks.add(CRLF, 0);
      offset += run.size;
    }
  }
  if (finish) yield* blocks.add(textBytes(`${last}\r\n${printHeaders(message.trailers)}\r\n`), 0);
  yield* blocks.flush();
}

const textLine = (line: string): Uint8Array => new Uint8Array(Buffer.from(`${line}\r\n`, "latin1"));

/** The head of a request. */
export const encodeRequestHead = (request: HttpRequest): Uint8Array =>
  request.headWire ?? encodeHead(printRequestLine(request), request.headers);

/** The body of a request with its framing. */
export function* encodeRequestBody(request: HttpRequest): Generator<Piece> {
  if (request.bodyUnsent) return;
  const { kind } = requestFraming(request.headers);
  if (kind === "chunked") yield* encodeChunks(request, false, true);
  else if (request.body.length > 0) yield { bytes: request.body, afterMs: 0 };
}

/** The head of a response or of an interim one. */
export const encodeResponseHead = (response: HttpResponse | Interim): Uint8Array =>
  response.headWire ?? encodeHead(printStatusLine(response), response.headers);

/** The body of a response to `method` with its framing; without its end if the recording has none. */
export function* encodeResponseBody(response: HttpResponse, method: string): Generator<Piece> {
  const { kind } = responseFraming(response.headers, method, response.status);
  if (kind === "none") return;
  const isEvents = mediaType(response.headers) === "text/event-stream";
  if (kind === "chunked") yield* encodeChunks(response, isEvents, !response.cut);
  else if (response.body.length > 0) yield { bytes: response.body, afterMs: 0 };
}
