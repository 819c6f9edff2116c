/**
 * A DNS message between bytes and what people read (RFC 1035, 4.1; EDNS: RFC 6891). Reads strictly: a message is whole and
 * nothing follows it. Judges nothing: an error code or an empty answer is as good as any.
 *
 *     id 2 | flags 2 | questions 2 | answers 2 | authorities 2 | additionals 2 | question… | record…
 */
import { FormatError } from "../../core/errors.ts";
import { classes, types } from "./codes.ts";
import { badMessage, readName } from "./names.ts";
import { rdataText, writeRdata } from "./rdata.ts";
import { tokensOf } from "./tokens.ts";
import { MessageWriter } from "./writer.ts";

export const headerBytes = 12;
const optType = 41;

/** The bits of the second header word that are not the operation or the code. */
export const Flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;

export interface Question {
  /** As on the wire, with the last dot: `shop.example.` */
  readonly name: string;
  readonly type: string;
  readonly class: string;
}

/** The OPT record, which is no record: what either side can do (RFC 6891, 6.1). */
export interface Edns {
  readonly udpSize: number;
  readonly version: number;
  /** `DO` is 0x8000. */
  readonly flags: number;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

/** Records are lines of a zone file: `shop.example. 300 IN A 10.0.0.7`. */
export interface Message {
  readonly id: number;
  /** The whole word but for the response code. */
  readonly flags: number;
  /** With the upper bits that EDNS adds. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly edns: Edns | null;
}

/** The operation asked for; 0 is a look-up. */
export const opcodeOf = (flags: number): number => (flags >> 11) & 0xf;

/** Throws `FormatError` for anything but one whole message. */
export const decodeMessage = (bytes: Uint8Array): Message => {
  if (bytes.length < headerBytes) throw badMessage("is shorter than its header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new RecordReader(bytes, view);
  const questions: Question[] = [];
  for (let left = view.getUint16(4); left > 0; left--) questions.push(reader.question());
  const [answers = [], authority = [], additional = []] = [6, 8, 10].map((at) => reader.records(view.getUint16(at)));
  if (!reader.isAtEnd) throw badMessage("goes on behind its last record", reader.at);
  const word = view.getUint16(2);
  return {
    id: view.getUint16(0),
    flags: word & 0xfff0,
    rcode: (word & 0xf) | (reader.extendedRcode << 4),
    questions,
    answers,
    authority,
    additional,
    edns: reader.edns,
  };
};

class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = headerBytes;
  edns: Edns | null = null;
  extendedRcode = 0;

  constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  get isAtEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  question(): Question {
    const name = this.#name();
    this.#need(4);
    const question = { name, type: types.word(this.#uint16()), class: classes.word(this.#uint16()) };
    return question;
  }

  records(count: number): string[] {
    const lines: string[] = [];
    for (let left = count; left > 0; left--) {
      const line = this.#record();
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }

  /** One record, or undefined for the OPT record, which goes to `edns`. */
  #record(): string | undefined {
    const name = this.#name();
    this.#need(10);
    const type = this.#uint16();
    const classOrSize = this.#uint16();
    const ttl = this.#uint16() * 0x10000 + this.#uint16();
    const size = this.#uint16();
    this.#need(size);
    const from = this.at;
    this.at += size;
    if (type !== optType) {
      const data = rdataText(type, this.#bytes, { from, to: this.at });
      return `${name} ${ttl} ${classes.word(classOrSize)} ${types.word(type)} ${data}`.trimEnd();
    }
    if (this.edns !== null) throw badMessage("has two OPT records", from);
    this.extendedRcode = ttl >>> 24;
    this.edns = {
      udpSize: classOrSize,
      version: (ttl >>> 16) & 0xff,
      flags: ttl & 0xffff,
      options: this.#options(from),
    };
    return undefined;
  }

  #options(from: number): Edns["options"] {
    const options: { code: number; data: Uint8Array }[] = [];
    for (let at = from; at < this.at;) {
      if (at + 4 > this.at) throw badMessage("has a broken EDNS option", at);
      const end = at + 4 + this.#view.getUint16(at + 2);
      if (end > this.at) throw badMessage("has a broken EDNS option", at);
      options.push({ code: this.#view.getUint16(at), data: this.#bytes.slice(at + 4, end) });
      at = end;
    }
    return options;
  }

  #name(): string {
    const { text, next } = readName(this.#bytes, this.at);
    this.at = next;
    return text;
  }

  #uint16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2);
  }

  #need(size: number): void {
    if (this.at + size > this.#bytes.length) throw badMessage("ends within a record", this.at);
  }
}

/** The bytes of a message; throws `FormatError` for a line that is no record. */
export const encodeMessage = (message: Message): Uint8Array => {
  const { edns } = message;
  const writer = new MessageWriter();
  writer.uint(message.id, 2);
  writer.uint((message.flags & 0xfff0) | (message.rcode & 0xf), 2);
  writer.uint(message.questions.length, 2);
  writer.uint(message.answers.length, 2);
  writer.uint(message.authority.length, 2);
  writer.uint(message.additional.length + (edns === null ? 0 : 1), 2);
  for (const { name, type, class: kind } of message.questions) {
    writer.name(name, true);
    writer.uint(types.code(type) ?? 0, 2);
    writer.uint(classes.code(kind) ?? 0, 2);
  }
  for (const line of [...message.answers, ...message.authority, ...message.additional]) writeRecord(line, writer);
  if (edns !== null) writeEdns(edns, message.rcode >> 4, writer);
  return writer.finish();
};

const writeRecord = (line: string, writer: MessageWriter): void => {
  const refuse = (): never => {
    throw new FormatError("format.yaml", `"${line}" is not a DNS record`, line, {
      hint: "A record reads like `shop.example. 300 IN A 10.0.0.7`.",
    });
  };
  const [name, ttl, kind, type, ...data] = tokensOf(line) ?? [];
  const typeCode = types.code(type?.text ?? "");
  const classCode = classes.code(kind?.text ?? "");
  const seconds = Number(ttl?.text);
  if (name === undefined || typeCode === undefined || classCode === undefined) return refuse();
  if (!/^\d+$/.test(ttl?.text ?? "") || seconds > 0xffffffff) return refuse();
  writer.name(name.text, true);
  writer.uint(typeCode, 2);
  writer.uint(classCode, 2);
  writer.uint(seconds, 4);
  writer.sized(() => {
    if (!writeRdata(typeCode, data, writer)) refuse();
  });
};

const writeEdns = (edns: Edns, extendedRcode: number, writer: MessageWriter): void => {
  writer.name(".", false);
  writer.uint(optType, 2);
  writer.uint(edns.udpSize, 2);
  writer.uint((extendedRcode << 24) | (edns.version << 16) | edns.flags, 4);
  writer.sized(() => {
    for (const { code, data } of edns.options) {
      writer.uint(code, 2);
      writer.sized(() => writer.bytes(data));
    }
  });
};
