/**
 * What a resource record says, between the wire and zone-file text: one row of fields per type. A type without a row, or
 * data that its row cannot say exactly, is written as RFC 3597 has it: `\# 4 0a000001`.
 */
import { ipv4Bytes, ipv4Text, ipv6Bytes, ipv6Text } from "./addresses.ts";
import { types } from "./codes.ts";
import { labelsOf, readName } from "./names.ts";
import { parametersBytes, parametersText } from "./service-parameters.ts";
import { quoted, type Token, tokenBytes, tokensOf } from "./tokens.ts";
import { MessageWriter } from "./writer.ts";

/** `name` may be compressed (RFC 1035 types), `target` never is; `text` is one string, `texts` all that are left. */
type Field =
  "u8" | "u16" | "u32" | "ipv4" | "ipv6" | "name" | "target" | "text" | "texts" | "tag" | "rest" | "parameters";

const rows: Readonly<Record<string, readonly Field[]>> = {
  A: ["ipv4"],
  NS: ["name"],
  CNAME: ["name"],
  SOA: ["name", "name", "u32", "u32", "u32", "u32", "u32"],
  PTR: ["name"],
  HINFO: ["text", "text"],
  MX: ["u16", "name"],
  TXT: ["texts"],
  AAAA: ["ipv6"],
  SRV: ["u16", "u16", "u16", "target"],
  NAPTR: ["u16", "u16", "text", "text", "text", "target"],
  DNAME: ["target"],
  SVCB: ["u16", "target", "parameters"],
  HTTPS: ["u16", "target", "parameters"],
  SPF: ["texts"],
  CAA: ["u8", "tag", "rest"],
};

const fixedBytes: Partial<Record<Field, number>> = { u8: 1, u16: 2, u32: 4, ipv4: 4, ipv6: 16 };
const widths = { u8: 1, u16: 2, u32: 4 } as const;

/** The text for the data between two offsets of a message; never throws, since `\#` can say everything. */
export const rdataText = (type: number, message: Uint8Array, at: { from: number; to: number }): string => {
  const raw = message.subarray(at.from, at.to);
  const fields = rows[types.word(type)];
  if (fields === undefined) return genericText(raw);
  const reader = new FieldReader(message.subarray(0, at.to), at.from);
  try {
    for (const field of fields) reader.read(field);
  } catch {
    return genericText(raw);
  }
  // Where the text, read back, would not give these bytes (but for compression), it is not used.
  const text = reader.words.join(" ");
  const again = encodeFields(fields, text);
  const isExact = again !== undefined && Buffer.compare(again, reader.plain.finish()) === 0;
  return reader.isAtEnd && isExact ? text : genericText(raw);
};

const genericText = (raw: Uint8Array): string =>
  raw.length === 0 ? "\\# 0" : `\\# ${raw.length} ${Buffer.from(raw).toString("hex")}`;

/** Reads fields into words, and their bytes without compression into `plain`. */
class FieldReader {
  readonly words: string[] = [];
  readonly plain = new MessageWriter();
  readonly #message: Uint8Array;
  #at: number;

  constructor(message: Uint8Array, at: number) {
    this.#message = message;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#message.length;
  }

  read(field: Field): void {
    if (field === "name" || field === "target") {
      const name = readName(this.#message, this.#at);
      this.words.push(name.text);
      this.plain.name(name.text, false);
      this.#at = name.next;
    } else if (field === "texts") while (!this.isAtEnd) this.read("text");
    else this.#readSized(field);
  }

  #readSized(field: Field): void {
    const end = this.#message.length;
    const hasLength = field === "text" || field === "tag";
    const start = hasLength ? this.#at + 1 : this.#at;
    const size = hasLength ? (this.#message[this.#at] ?? end) : (fixedBytes[field] ?? end - start);
    if (start + size > end) throw new RangeError("a record is shorter than its type");
    const word = fieldText(field, this.#message.subarray(start, start + size));
    if (word !== "") this.words.push(word);
    this.plain.bytes(this.#message.subarray(this.#at, start + size));
    this.#at = start + size;
  }
}

const fieldText = (field: Field, bytes: Uint8Array): string => {
  switch (field) {
    case "ipv4":
      return ipv4Text(bytes);
    case "ipv6":
      return ipv6Text(bytes);
    case "text":
    case "rest":
      return quoted(bytes);
    case "tag":
      return quoted(bytes).slice(1, -1);
    case "parameters":
      return parametersText(bytes);
    default:
      return String(bytes.reduce((value, byte) => value * 256 + byte, 0));
  }
};

const encodeFields = (fields: readonly Field[], text: string): Uint8Array | undefined => {
  const writer = new MessageWriter();
  const tokens = tokensOf(text);
  return tokens !== undefined && writeFields(fields, tokens, { writer, compress: false }) ? writer.finish() : undefined;
};

interface Target {
  readonly writer: MessageWriter;
  readonly compress: boolean;
}

/** Writes the data that the words behind a record's type say; false where they do not fit the type. */
export const writeRdata = (type: number, tokens: readonly Token[], writer: MessageWriter): boolean => {
  const [first, size, ...hex] = tokens;
  if (first?.text === "\\#") {
    const digits = hex.map((token) => token.text).join("");
    if (!/^([0-9a-f]{2})*$/i.test(digits) || Number(size?.text) !== digits.length / 2) return false;
    writer.bytes(Buffer.from(digits, "hex"));
    return true;
  }
  const fields = rows[types.word(type)];
  return fields !== undefined && writeFields(fields, tokens, { writer, compress: true });
};

const writeFields = (fields: readonly Field[], tokens: readonly Token[], target: Target): boolean => {
  for (const [at, field] of fields.entries()) {
    if (field === "texts")
      return tokens.length > at && tokens.slice(at).every((token) => writeField("text", token, target));
    if (field === "parameters") return writeParameters(tokens.slice(at), target.writer);
    const token = tokens[at];
    if (token === undefined || !writeField(field, token, target)) return false;
  }
  return tokens.length === fields.length;
};

const writeField = (field: Field, token: Token, { writer, compress }: Target): boolean => {
  if (field === "u8" || field === "u16" || field === "u32") {
    const value = Number(token.text);
    if (!/^\d+$/.test(token.text) || value >= 2 ** (widths[field] * 8)) return false;
    writer.uint(value, widths[field]);
    return true;
  }
  if (field === "name" || field === "target") {
    if (labelsOf(token.text) === undefined) return false;
    writer.name(token.text, compress && field === "name");
    return true;
  }
  const bytes = wordBytes(field, token.text);
  if (bytes === undefined) return false;
  if (field === "text" || field === "tag") {
    if (bytes.length > 255) return false;
    writer.uint(bytes.length, 1);
  }
  writer.bytes(bytes);
  return true;
};

const wordBytes = (field: Field, text: string): Uint8Array | undefined => {
  if (field === "ipv4") return ipv4Bytes(text);
  return field === "ipv6" ? ipv6Bytes(text) : tokenBytes(text);
};

const writeParameters = (tokens: readonly Token[], writer: MessageWriter): boolean => {
  const bytes = parametersBytes(tokens.map((token) => token.text));
  if (bytes !== undefined) writer.bytes(bytes);
  return bytes !== undefined;
};
