/**
 * Recognises a TLS ClientHello at the head of a connection and reads the server name out of it.
 *
 * Refuses to know more: versions, ciphers and the handshake itself are the business of whoever terminates TLS. A hello may
 * be spread over several records; nothing beyond the bytes it claims is waited for.
 */

/** `no`: not TLS. `more`: TLS so far, not whole. `yes`: a whole hello, with the name that the client asks for. */
export type HelloReading =
  { readonly is: "no" } | { readonly is: "more" } | { readonly is: "yes"; readonly serverName: string | null };

const Record = { handshake: 0x16, majorVersion: 0x03, headerBytes: 5, maxBytes: 16_384 } as const;
const Handshake = { clientHello: 0x01, headerBytes: 4, maxBytes: 65_536 } as const;
const Extension = { serverName: 0x0000 } as const;

const no: HelloReading = { is: "no" };
const more: HelloReading = { is: "more" };

/** Reads the client's first bytes; more bytes never turn a `no` or a `yes` into something else. */
export const readClientHello = (head: Uint8Array): HelloReading => {
  const handshake: number[] = [];
  let wanted = Handshake.headerBytes;
  let at = 0;
  while (handshake.length < wanted) {
    const record = readRecord(head, at);
    if (record === "no" || record === "more") return record === "no" ? no : more;
    for (const byte of record) handshake.push(byte);
    at += Record.headerBytes + record.length;
    if (handshake[0] !== Handshake.clientHello) return no;
    if (handshake.length >= Handshake.headerBytes) {
      wanted = Handshake.headerBytes + uint(handshake, 1, 3);
      if (wanted > Handshake.maxBytes) return no;
    }
  }
  return { is: "yes", serverName: serverNameOf(Uint8Array.from(handshake).subarray(Handshake.headerBytes, wanted)) };
};

/** One record's payload. The handshake type is judged as soon as it is there, before the record is whole. */
const readRecord = (head: Uint8Array, at: number): Uint8Array | "no" | "more" => {
  const bytes = head.subarray(at);
  if (bytes.length > 0 && bytes[0] !== Record.handshake) return "no";
  if (bytes.length > 1 && bytes[1] !== Record.majorVersion) return "no";
  if (bytes.length < Record.headerBytes) return "more";
  const length = uint(bytes, 3, 2);
  if (length === 0 || length > Record.maxBytes) return "no";
  if (at === 0 && bytes.length > Record.headerBytes && bytes[Record.headerBytes] !== Handshake.clientHello) return "no";
  if (bytes.length < Record.headerBytes + length) return "more";
  return bytes.subarray(Record.headerBytes, Record.headerBytes + length);
};

/**
 * The body of a ClientHello (RFC 8446, 4.1.2), as far as the extensions:
 *
 *     version 2 | random 32 | session id <1> | cipher suites <2> | compression <1> | extensions <2>
 */
const serverNameOf = (hello: Uint8Array): string | null => {
  let at = 34;
  at += 1 + uint(hello, at, 1);
  at += 2 + uint(hello, at, 2);
  at += 1 + uint(hello, at, 1);
  const end = Math.min(hello.length, at + 2 + uint(hello, at, 2));
  at += 2;
  while (at + 4 <= end) {
    const type = uint(hello, at, 2);
    const length = uint(hello, at + 2, 2);
    if (type === Extension.serverName) return firstHostName(hello.subarray(at + 4, Math.min(end, at + 4 + length)));
    at += 4 + length;
  }
  return null;
};

/** RFC 6066, 3: a list of (type 1, name <2>), of which type 0 is a host name. */
const firstHostName = (extension: Uint8Array): string | null => {
  if (extension.length < 5 || extension[2] !== 0) return null;
  const name = extension.subarray(5, 5 + uint(extension, 3, 2));
  return name.length === 0 ? null : new TextDecoder().decode(name);
};

/** Big-endian; bytes past the end read as zero, which the callers' bounds turn into "no name". */
const uint = (bytes: ArrayLike<number>, at: number, width: number): number => {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
};
