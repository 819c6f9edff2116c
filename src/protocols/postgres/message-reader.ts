/**
 * One direction's bytes as messages, however they are cut.
 *
 *     Byte1 type | Int32 length (counts itself, not the type) | body       (the start-up messages have no type)
 *
 * Data rows and copy data may be large and many: they come as runs of wire bytes, never gathered. Other messages are
 * gathered from what has arrived; a claimed length alone takes no memory.
 */
import { FormatError } from "../../core/errors.ts";
import { joinBytes, NOTHING } from "../../lib/bytes/pieces.ts";

/** A whole message, or a run of a streamed type's wire bytes, headers included. */
export type Frame =
  | { readonly type: number; readonly body: Uint8Array; readonly run: null }
  | { readonly type: number; readonly body: null; readonly run: Run };

/** Consecutive messages of one type; the first and the last may be cut. */
export interface Run {
  readonly bytes: Uint8Array;
  /** Messages that begin in it. */
  readonly begun: number;
  /** Whether its last message ends with it. */
  readonly ends: boolean;
}

/** The type given to the messages of the start-up. */
export const Untyped = -1;

const LENGTH_MOST = 0x3fffffff;
const STARTUP_LENGTH_MOST = 10_000;

/** Feed it with `push`, then call `next` until it gives nothing. */
export class MessageReader {
  /** Set while messages without type are expected. */
  untyped: boolean;
  readonly #types: ReadonlySet<number>;
  readonly #streamed: ReadonlySet<number>;
  #bytes: Uint8Array = NOTHING;
  #offset = 0;
  /** Bytes of a streamed message that are still to come. */
  #open = 0;
  #openType = Untyped;
  #pieces: Uint8Array[] = [];
  #missing = 0;

  constructor(options: { types: ReadonlySet<number>; streamed: ReadonlySet<number>; untyped: boolean }) {
    this.#types = options.types;
    this.#streamed = options.streamed;
    this.untyped = options.untyped;
  }

  /** True at the border between two messages with nothing held. */
  get isIdle(): boolean {
    return this.#open === 0 && this.#missing === 0 && this.#offset === this.#bytes.length;
  }

  push(bytes: Uint8Array): void {
    if (this.#missing > 0) {
      const taken = bytes.subarray(0, this.#missing);
      this.#pieces.push(taken);
      this.#missing -= taken.length;
      if (this.#missing > 0) return;
      this.#pieces.push(bytes.subarray(taken.length));
      this.#bytes = joinBytes(this.#pieces);
      this.#pieces = [];
    } else if (this.#offset < this.#bytes.length) {
      this.#bytes = joinBytes([this.#bytes.subarray(this.#offset), bytes]);
    } else {
      this.#bytes = bytes;
    }
    this.#offset = 0;
  }

  next(): Frame | undefined {
    if (this.#missing > 0) return undefined;
    const left = this.#bytes.length - this.#offset;
    if (this.#open > 0) return left === 0 ? undefined : this.#run(this.#openType);
    if (left === 0) return undefined;
    const header = this.untyped ? 4 : 5;
    if (!this.untyped) this.#checkType();
    if (left < header) return undefined;
    const length = this.#length(this.#offset + header - 4);
    const type = this.untyped ? Untyped : this.#byteAt(this.#offset);
    if (this.#streamed.has(type)) return this.#run(type);
    const whole = header - 4 + length;
    if (left < whole) {
      this.#pieces = [this.#bytes.subarray(this.#offset)];
      this.#missing = whole - left;
      return undefined;
    }
    const body = this.#bytes.subarray(this.#offset + header, this.#offset + whole);
    this.#offset += whole;
    return { type, body, run: null };
  }

  /** The next byte that belongs to no message taken yet. */
  peek(): number | undefined {
    return this.#pieces[0]?.[0] ?? this.#bytes[this.#offset];
  }

  /** Takes all that is held and not taken yet, as it came. */
  rest(): Uint8Array {
    const rest = this.#missing > 0 ? joinBytes(this.#pieces) : this.#bytes.subarray(this.#offset);
    this.clear();
    return rest;
  }

  /** Takes the bytes that follow as no messages at all: what TLS or a reset leaves. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#pieces = [];
    this.#offset = this.#open = this.#missing = 0;
  }

  #run(type: number): Frame | undefined {
    this.#openType = type;
    const start = this.#offset;
    const end = this.#bytes.length;
    let begun = 0;
    let at = start + Math.min(this.#open, end - start);
    this.#open -= at - start;
    while (this.#open === 0 && end - at >= 5 && this.#byteAt(at) === type) {
      const whole = 1 + this.#length(at + 1);
      begun++;
      this.#open = Math.max(0, whole - (end - at));
      at = Math.min(end, at + whole);
    }
    this.#offset = at;
    if (at === start) return undefined;
    return { type, body: null, run: { bytes: this.#bytes.subarray(start, at), begun, ends: this.#open === 0 } };
  }

  #checkType(): void {
    const type = this.#byteAt(this.#offset);
    if (!this.#types.has(type)) {
      throw new FormatError("format.bytes", `0x${type.toString(16)} begins no PostgreSQL message here`, "type");
    }
  }

  #byteAt(offset: number): number {
    return this.#bytes[offset] ?? 0;
  }

  #length(offset: number): number {
    const { buffer, byteOffset } = this.#bytes;
    const length = new DataView(buffer, byteOffset + offset, 4).getInt32(0);
    const most = this.untyped ? STARTUP_LENGTH_MOST : LENGTH_MOST;
    const least = this.untyped ? 8 : 4;
    if (length < least || length > most) {
      throw new FormatError("format.bytes", `a PostgreSQL message cannot have the length ${length}`, "length");
    }
    return length;
  }
}
