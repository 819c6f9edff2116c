/**
 * Domain names between the wire and zone-file text (RFC 1035, 3.1 and 5.1): `shop.example.`, always with the last dot.
 * Bytes that text cannot show are escaped, so that text and bytes say the same. Case is kept.
 */
import { FormatError } from "../../core/errors.ts";

/** The root, as text. */
export const rootName = ".";

const maxNameBytes = 255;
const maxLabelBytes = 63;
/** The two highest bits of a length byte: a pointer to where the rest of the name stands. */
const pointerBits = 0xc0;

/** Complains about bytes at an offset of a message. */
export const badMessage = (what: string, offset: number): FormatError =>
  new FormatError("format.bytes", `this DNS message ${what}`, `offset ${offset}`);

/** Reads the name at `offset`; `next` is where the bytes go on behind it. */
export const readName = (message: Uint8Array, offset: number): { readonly text: string; readonly next: number } => {
  const labels: string[] = [];
  let next = -1;
  let at = offset;
  let length = 1;
  // Each pointer must lead before the stretch that it stands in: that alone rules out loops.
  let limit = offset;
  for (;;) {
    const size = message[at];
    if (size === undefined) throw badMessage("ends within a name", at);
    if (size === 0) break;
    if ((size & pointerBits) === pointerBits) {
      const low = message[at + 1];
      if (low === undefined) throw badMessage("ends within a name", at);
      if (next < 0) next = at + 2;
      const target = ((size & 0x3f) << 8) | low;
      if (target >= limit) throw badMessage("has a name that points forwards", at);
      at = target;
      limit = target;
      continue;
    }
    if (size > maxLabelBytes) throw badMessage("has a label of an unknown kind", at);
    length += size + 1;
    if (length > maxNameBytes) throw badMessage("has a name of more than 255 bytes", at);
    if (at + 1 + size > message.length) throw badMessage("ends within a name", at);
    labels.push(labelText(message.subarray(at + 1, at + 1 + size)));
    at += 1 + size;
  }
  return { text: labels.length === 0 ? rootName : `${labels.join(".")}.`, next: next < 0 ? at + 1 : next };
};

const labelText = (label: Uint8Array): string => {
  let text = "";
  for (const byte of label) {
    const character = String.fromCharCode(byte);
    if (byte < 0x21 || byte > 0x7e) text += `\\${String(byte).padStart(3, "0")}`;
    else text += `."();@\\'`.includes(character) ? `\\${character}` : character;
  }
  return text;
};

/** The labels of a name, as bytes; the last dot may be left out. Undefined where `text` is no name. */
export const labelsOf = (text: string): Uint8Array[] | undefined => {
  if (text === rootName || text === "") return text === "" ? undefined : [];
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  let total = 1;
  const bytes = new TextEncoder().encode(text.endsWith(".") && !/(^|[^\\])(\\\\)*\\\.$/.test(text) ? text : `${text}.`);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2e /* . */) {
      if (label.length === 0 || label.length > maxLabelBytes) return undefined;
      total += label.length + 1;
      labels.push(Uint8Array.from(label));
      label = [];
    } else if (byte === 0x5c /* \ */) {
      const escape = readEscape(bytes, at);
      if (escape === undefined) return undefined;
      label.push(escape.byte);
      at = escape.last;
    } else label.push(byte);
  }
  return label.length > 0 || total > maxNameBytes ? undefined : labels;
};

/** `\046` or `\.`: the byte it stands for, and where its last character is. */
export const readEscape = (text: Uint8Array, at: number): { byte: number; last: number } | undefined => {
  const digits = String.fromCharCode(...text.subarray(at + 1, at + 4));
  if (/^\d{3}$/.test(digits)) return Number(digits) > 255 ? undefined : { byte: Number(digits), last: at + 3 };
  const byte = text[at + 1];
  return byte === undefined ? undefined : { byte, last: at + 1 };
};

/** As names are compared and shown to people: lower case, without the last dot. */
export const plainName = (text: string): string =>
  text === rootName ? rootName : text.replace(/\.$/, "").replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
