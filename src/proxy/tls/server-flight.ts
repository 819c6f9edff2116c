/**
 * Whether a server asks for a client certificate, which no engine tells a client that has none: it says so in its own
 * handshake messages, in clear up to TLS 1.2, and in 1.3 under a secret that the engine tells for the key log.
 *
 * Decrypts those messages alone, and keeps none of them.
 */
import { createDecipheriv, createHmac } from "node:crypto";

const Type = { handshake: 22, application: 23 } as const;
const Message = { serverHello: 2, certificateRequest: 13 } as const;
const headBytes = 5;
const messageHeadBytes = 4;
const tagBytes = 16;

interface Suite {
  readonly cipher: "aes-128-gcm" | "aes-256-gcm";
  readonly hash: "sha256" | "sha384";
  readonly keyBytes: number;
}

/** RFC 8446, B.4; ChaCha20 is not among the ciphers that this engine gives. */
const suites: Readonly<Record<number, Suite>> = {
  0x1301: { cipher: "aes-128-gcm", hash: "sha256", keyBytes: 16 },
  0x1302: { cipher: "aes-256-gcm", hash: "sha384", keyBytes: 32 },
};

/** `flight` is all that came off the line during the handshake; `secret` the server's of TLS 1.3, null before it. Null where it cannot be read. */
export const asksForCertificate = (flight: Uint8Array, secret: Uint8Array | null): boolean | null => {
  const records = [...recordsIn(flight)];
  const clear = Buffer.concat(records.filter(({ type }) => type === Type.handshake).map(({ body }) => body));
  const said = [...messagesIn(clear)];
  if (secret === null) return said.some(({ type }) => type === Message.certificateRequest);
  const hello = said.findLast(({ type }) => type === Message.serverHello);
  const suite = hello === undefined ? undefined : suites[suiteIn(hello.body)];
  if (suite === undefined) return null;
  const sealed = records.filter(({ type }) => type === Type.application);
  const opened = Buffer.concat(unsealed(sealed, suite, secret));
  return [...messagesIn(opened)].some(({ type }) => type === Message.certificateRequest);
};

/** The server's secret, from a line of the key log format; null for every other line. */
export const serverSecretIn = (line: string): Uint8Array | null => {
  const [, hex] = /^SERVER_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]+ ([0-9a-f]+)/i.exec(line) ?? [];
  return hex === undefined ? null : new Uint8Array(Buffer.from(hex, "hex"));
};

interface Piece {
  readonly type: number;
  readonly body: Buffer;
}

function* recordsIn(bytes: Uint8Array): Generator<Piece & { readonly head: Buffer }> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + headBytes <= buffer.length;) {
    const end = at + headBytes + buffer.readUInt16BE(at + 3);
    if (end > buffer.length) return;
    const head = buffer.subarray(at, at + headBytes);
    yield { type: head[0] ?? 0, head, body: buffer.subarray(at + headBytes, end) };
    at = end;
  }
}

function* messagesIn(bytes: Buffer): Generator<Piece> {
  for (let at = 0; at + messageHeadBytes <= bytes.length;) {
    const end = at + messageHeadBytes + bytes.readUIntBE(at + 1, 3);
    if (end > bytes.length) return;
    yield { type: bytes[at] ?? 0, body: bytes.subarray(at + messageHeadBytes, end) };
    at = end;
  }
}

/** Behind the version, the random bytes and the session's name. */
const suiteIn = (hello: Buffer): number => {
  const at = 2 + 32 + 1 + (hello[34] ?? 0);
  return at + 2 <= hello.length ? hello.readUInt16BE(at) : 0;
};

/** What follows the handshake is under another key: there it ends. */
const unsealed = (records: readonly { head: Buffer; body: Buffer }[], suite: Suite, secret: Uint8Array): Buffer[] => {
  const key = expanded(secret, suite, "key", suite.keyBytes);
  const base = expanded(secret, suite, "iv", 12);
  const texts: Buffer[] = [];
  for (const [count, { head, body }] of records.entries()) {
    const nonce = Buffer.from(base);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ count) >>> 0, 8);
    const decipher = createDecipheriv(suite.cipher, key, nonce, { authTagLength: tagBytes });
    try {
      decipher.setAAD(head);
      decipher.setAuthTag(body.subarray(-tagBytes));
      const text = Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]);
      const end = text.findLastIndex((byte) => byte !== 0);
      if (text[end] === Type.handshake) texts.push(text.subarray(0, end));
    } catch {
      break;
    }
  }
  return texts;
};

/** HKDF-Expand-Label (RFC 8446, 7.1) without a context, for what one block of the hash holds. */
const expanded = (secret: Uint8Array, { hash }: Suite, label: string, length: number): Buffer => {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Uint8Array.of(0, length, name.length), name, Uint8Array.of(0, 1)]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
};
