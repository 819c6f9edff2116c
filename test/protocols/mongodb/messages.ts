/** Messages as a driver would send them, by the official encoder and not by ours. */
import { serialize, type Document } from "bson";

export interface Form {
  readonly id?: number;
  readonly to?: number;
  readonly flags?: number;
  readonly sequences?: Readonly<Record<string, readonly Document[]>>;
}

export const bson = (document: Document): Uint8Array => new Uint8Array(serialize(document));

export const framed = (opCode: number, body: Uint8Array, { id = 1, to = 0 }: Form = {}): Uint8Array => {
  const head = Buffer.alloc(16);
  [16 + body.length, id, to, opCode].forEach((value, at) => head.writeInt32LE(value, at * 4));
  return new Uint8Array(Buffer.concat([head, body]));
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

/** OP_MSG. */
export const message = (document: Document, form: Form = {}): Uint8Array => {
  const sections = Object.entries(form.sequences ?? {}).map(([name, documents]) => {
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map(bson)]);
    return Buffer.concat([Buffer.from([1]), int32(4 + content.length), content]);
  });
  return framed(2013, Buffer.concat([int32(form.flags ?? 0), Buffer.from([0]), bson(document), ...sections]), form);
};

/** OP_QUERY on `admin.$cmd`. */
export const query = (document: Document, form: Form = {}): Uint8Array =>
  framed(2004, Buffer.concat([int32(0), Buffer.from("admin.$cmd\0"), int32(0), int32(-1 >>> 0), bson(document)]), form);
