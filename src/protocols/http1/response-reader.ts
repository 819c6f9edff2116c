/** Reads responses off a server's bytes; recording and the driver share it. Its counterpart is request-reader.ts. */
import { NOTHING } from "../../lib/bytes/pieces.ts";
import type { Body } from "./body-reader.ts";
import { fittingChunks } from "./chunk-sizes.ts";
import { isTunnel, responseFraming } from "./framing.ts";
import { keepUnlessPrinted, parseStatusLine, printStatusLine } from "./head.ts";
import { mediaType } from "./headers.ts";
import type { MessageReader } from "./message-reader.ts";
import type { HttpResponse, Interim } from "./spec.ts";

const SWITCHING = 101;

/** Reads one response, its interim ones first. */
export class ResponseReader {
  readonly #reader: MessageReader;
  #interim: Interim[] = [];
  #head: HttpResponse | null = null;

  constructor(reader: MessageReader) {
    this.#reader = reader;
  }

  /** The head of the response that is being read. */
  get head(): HttpResponse | null {
    return this.#head;
  }

  /** Status codes of the interim responses seen for the one being read. */
  get interim(): readonly Interim[] {
    return this.#interim;
  }

  /** The whole response to a request with this method, once it is complete. */
  read(method: string): HttpResponse | undefined {
    while (this.#head === null) if (!this.#readHead(method)) return undefined;
    const body = this.#reader.body();
    return body && this.#finish(body, false);
  }

  /** The server closed: the response, if that completes it. */
  close(): HttpResponse | undefined {
    const body = this.#head && this.#reader.close();
    return body ? this.#finish(body, false) : undefined;
  }

  /** The client closed an event stream: what came of it, up to the end of its last whole event. */
  cutEvents(): HttpResponse | undefined {
    if (this.#head === null || mediaType(this.#head.headers) !== "text/event-stream") return undefined;
    const body = this.#reader.abandon();
    return body && this.#finish(body, true);
  }

  #readHead(method: string): boolean {
    const read = this.#reader.head();
    if (!read) return false;
    const { head, bytes } = read;
    const line = parseStatusLine(head.start);
    const headWire = keepUnlessPrinted(head, printStatusLine(line), bytes);
    const interim: Interim = { ...line, headers: head.headers, headWire };
    if (line.status < 200 && line.status !== SWITCHING) {
      this.#interim.push(interim);
      return true;
    }
    this.#head = {
      ...interim,
      body: NOTHING,
      chunks: null,
      trailers: [],
      interim: this.#interim,
      cut: false,
      skippedSize: null,
    };
    this.#interim = [];
    const framing = isTunnel(method, line.status)
      ? { kind: "none" as const }
      : responseFraming(head.headers, method, line.status);
    this.#reader.begin(framing);
    return true;
  }

  #finish(body: Body, cut: boolean): HttpResponse | undefined {
    const head = this.#head;
    this.#head = null;
    if (head === null) return undefined;
    if (!cut) return { ...head, ...body };
    const length = wholeEvents(body.body);
    if (length === 0) return undefined;
    const chunks = body.chunks === null ? null : fittingChunks(body.chunks, length);
    return { ...head, ...body, body: body.body.subarray(0, length), chunks, cut };
  }
}

/** The length up to the end of the last whole event: an empty line ends one. */
const wholeEvents = (body: Uint8Array): number => {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const ends = ["\n\n", "\r\n\r\n", "\r\r"].map((end) => {
    const at = text.lastIndexOf(end);
    return at < 0 ? 0 : at + end.length;
  });
  return Math.max(...ends);
};
