/**
 * Recognises a TLS ClientHello at the head of a connection and reads out of it what a second handshake has to honour: the
 * server name, the application protocols, the versions and the groups.
 *
 * Refuses to know more: ciphers and the handshake itself are the business of whoever terminates TLS (tls/). A hello may be
 * spread over several records; nothing beyond the bytes it claims is waited for.
 */

/** Versions as OpenSSL and node:tls name them, the oldest first. */
export const tlsVersions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** What the client asks for. */
export interface ClientHello {
  /** SNI, as it was sent. */
  readonly serverName: string | null;
  /** The client's list in its order, without the names that only keep servers tolerant (RFC 8701). */
  readonly alpn: readonly string[];
  readonly versions: VersionRange;
  /** The key exchanges that it takes, by their numbers (RFC 8446, 4.2.7), in its order. */
  readonly groups: readonly number[];
}

/** Both ends included. */
export interface VersionRange {
  readonly min: TlsVersion;
  readonly max: TlsVersion;
}

/** `no`: not TLS. `more`: TLS so far, not whole. `yes`: a whole hello. */
export type HelloReading = { readonly is: "no" } | { readonly is: "more" } | ({ readonly is: "yes" } & ClientHello);

const Record = { handshake: 0x16, majorVersion: 0x03, headerBytes: 5, maxBytes: 16_384 } as const;
const Handshake = { clientHello: 0x01, headerBytes: 4, maxBytes: 65_536 } as const;
const Extension = { serverName: 0x0000, groups: 0x000a, alpn: 0x0010, supportedVersions: 0x002b } as const;
/** The wire's number of `tlsVersions[0]`; the others follow one by one. */
const oldestVersion = 0x0301;

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
  return { is: "yes", ...clientHelloOf(Uint8Array.from(handshake).subarray(Handshake.headerBytes, wanted)) };
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
const clientHelloOf = (hello: Uint8Array): ClientHello => {
  let at = 34;
  at += 1 + uint(hello, at, 1);
  at += 2 + uint(hello, at, 2);
  at += 1 + uint(hello, at, 1);
  const end = Math.min(hello.length, at + 2 + uint(hello, at, 2));
  at += 2;
  let serverName: string | null = null;
  let alpn: readonly string[] = [];
  let versions = olderRange(uint(hello, 0, 2));
  let groups: readonly number[] = [];
  while (at + 4 <= end) {
    const length = uint(hello, at + 2, 2);
    const extension = hello.subarray(at + 4, Math.min(end, at + 4 + length));
    switch (uint(hello, at, 2)) {
      case Extension.serverName:
        serverName = firstHostName(extension);
        break;
      case Extension.alpn:
        alpn = protocolNames(extension);
        break;
      case Extension.groups:
        groups = groupsIn(extension);
        break;
      case Extension.supportedVersions:
        versions = rangeOf(extension) ?? versions;
    }
    at += 4 + length;
  }
  return { serverName, alpn, versions, groups };
};

/** RFC 7301, 3.1: a list <2> of names <1>. */
const protocolNames = (extension: Uint8Array): string[] => {
  const names: string[] = [];
  for (let at = 2; at < extension.length;) {
    const length = uint(extension, at, 1);
    const name = extension.subarray(at + 1, at + 1 + length);
    const [first, second] = name;
    const isGrease = name.length === 2 && first === second && isGreaseByte(first);
    if (length > 0 && !isGrease) names.push(new TextDecoder("latin1").decode(name));
    at += 1 + length;
  }
  return names;
};

/** A list <2> of numbers of 2 bytes each. */
const groupsIn = (extension: Uint8Array): number[] => {
  const groups: number[] = [];
  for (let at = 2; at + 2 <= extension.length; at += 2) groups.push(uint(extension, at, 2));
  return groups;
};

/** RFC 8446, 4.2.1: a list <1> of versions, where it is there the only word on them. Unknown ones are for others to know. */
const rangeOf = (extension: Uint8Array): VersionRange | null => {
  let min: number = tlsVersions.length;
  let max = -1;
  for (let at = 1; at + 2 <= extension.length; at += 2) {
    const index = uint(extension, at, 2) - oldestVersion;
    if (index < 0 || index >= tlsVersions.length) continue;
    min = Math.min(min, index);
    max = Math.max(max, index);
  }
  return max < 0 ? null : { min: versionAt(min), max: versionAt(max) };
};

/** A client without that extension takes whatever is no later than the version in its head, which is never TLS 1.3. */
const olderRange = (version: number): VersionRange => ({
  min: "TLSv1",
  max: versionAt(Math.max(0, Math.min(version - oldestVersion, tlsVersions.indexOf("TLSv1.2")))),
});

const versionAt = (index: number): TlsVersion => tlsVersions[index] ?? "TLSv1.3";

/** RFC 8701: 0x0a, 0x1a, … 0xfa. */
const isGreaseByte = (byte: number | undefined): boolean => byte !== undefined && (byte & 0x0f) === 0x0a;

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
