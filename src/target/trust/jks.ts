/**
 * Java's own key store format (JKS, and JCEKS where it holds no secret key): its trusted certificates, and more of them.
 *
 *     u32 magic · u32 version · u32 entries · entry* · 20 bytes of digest over the password and all before
 *     entry: u32 tag (1 key, 2 trusted certificate) · name · u64 date · …
 *     trusted certificate: [text type, from version 2 on] · u32 length · DER
 *     private key: u32 length · bytes · u32 chain · ([text type] · u32 length · DER)*
 */
import { createHash } from "node:crypto";
import { FormatError } from "../../core/errors.ts";
import { isSame } from "./der.ts";

const MAGICS = [0xfeedfeed, 0xcececece];
const DIGEST = 20;

export interface JavaStore {
  readonly trusted: readonly Uint8Array[];
  readonly hasKeys: boolean;
}

export const isJks = (bytes: Uint8Array): boolean =>
  bytes.length >= 12 + DIGEST && MAGICS.includes(Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32BE(0));

export function readJks(bytes: Uint8Array): JavaStore {
  const cursor = new Cursor(bytes.subarray(0, bytes.length - DIGEST));
  cursor.u32();
  const version = cursor.u32();
  const count = cursor.u32();
  const trusted: Uint8Array[] = [];
  let hasKeys = false;
  const certificate = (): Uint8Array => {
    if (version > 1) cursor.take(cursor.u16());
    return cursor.take(cursor.u32());
  };
  for (let entry = 0; entry < count; entry++) {
    const tag = cursor.u32();
    cursor.take(cursor.u16());
    cursor.take(8);
    if (tag === 2) trusted.push(certificate());
    else if (tag === 1) {
      hasKeys = true;
      cursor.take(cursor.u32());
      for (let left = cursor.u32(); left > 0; left--) certificate();
    } else throw new FormatError("format.bytes", "This Java key store holds a secret key.", "its entries");
  }
  return { trusted, hasKeys };
}

/** The first of the passwords that its digest was made with. */
export function passwordOfJks(bytes: Uint8Array, passwords: readonly string[]): string | undefined {
  const body = bytes.subarray(0, bytes.length - DIGEST);
  return passwords.find((password) => isSame(digestOf(body, password), bytes.subarray(bytes.length - DIGEST)));
}

/** The store with these trusted too. `name` must be in small letters, as Java keeps them. */
export function addToJks(
  bytes: Uint8Array,
  added: readonly { readonly name: string; readonly der: Uint8Array }[],
  password: string,
): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, 12));
  const version = head.readUInt32BE(4);
  head.writeUInt32BE(head.readUInt32BE(8) + added.length, 8);
  const entries = added.map(({ name, der }) =>
    Buffer.concat(
      [u32(2), text(name), new Uint8Array(8), version > 1 ? text("X.509") : [], u32(der.length), der].map((part) =>
        Uint8Array.from(part),
      ),
    ),
  );
  const body = Buffer.concat([head, bytes.subarray(12, bytes.length - DIGEST), ...entries]);
  return Buffer.concat([body, digestOf(body, password)]);
}

function digestOf(body: Uint8Array, password: string): Uint8Array {
  const salt = Buffer.from(password, "utf16le").swap16();
  return createHash("sha1").update(salt).update("Mighty Aphrodite").update(body).digest();
}

const u32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const text = (ascii: string): Uint8Array =>
  Buffer.concat([Uint8Array.of(ascii.length >> 8, ascii.length & 255), Buffer.from(ascii, "latin1")]);

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) {
      throw new FormatError("format.bytes", "This Java key store is cut short.", `offset ${this.#at}`);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u16(): number {
    const [high = 0, low = 0] = this.take(2);
    return (high << 8) | low;
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }
}
