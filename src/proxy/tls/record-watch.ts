/**
 * Watches the records that come in under TLS for the two things the TLS engine does not tell: which alert the far end sent
 * while handshakes are still in clear, and whether a FIN came behind a close_notify or cut the stream short.
 *
 * Keeps no bytes: five of a record's head and two of an alert's body at most.
 */
import type { TlsVersion } from "../client-hello.ts";

const Type = { alert: 21, application: 23 } as const;
const headBytes = 5;

/** What TLS 1.3 adds to an alert's two bytes: the true type, and the tag of every cipher that is in use. */
const sealedAlertBytes = 2 + 1 + 16;
const sealBytes = 1 + 16;

/** RFC 8446, B.2, and what RFC 5246 had beside it. */
const alertNames: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  22: "record_overflow",
  40: "handshake_failure",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  100: "no_renegotiation",
  109: "missing_extension",
  110: "unsupported_extension",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  115: "unknown_psk_identity",
  116: "certificate_required",
  120: "no_application_protocol",
};

/** The byte of an alert as `RecordWatch.alert` names it; of what nobody knows, that of a plain failure. */
export const alertCode = (name: string): number => {
  const known =
    Object.entries(alertNames).find(([, each]) => each === name)?.[0] ?? /^alert (\d{1,3})$/.exec(name)?.[1];
  return Number(known ?? handshakeFailure) & 0xff;
};

const handshakeFailure = 40;

/** One direction of one connection, below TLS. */
export class RecordWatch {
  #head = new Uint8Array(headBytes);
  #headLength = 0;
  #bodyLeft = 0;
  #alert: number[] = [];
  #lastType = 0;
  #lastLength = 0;
  /** What the whole records of the latest chunk hold, if all of it is data of TLS 1.3. */
  #sealedInChunk = 0;
  #plainInChunk = 0;
  /** A client's first sealed record is its Finished, no data. */
  #isFinishedDue: boolean;

  constructor(options: { readonly isClientWatched: boolean }) {
    this.#isFinishedDue = options.isClientWatched;
  }

  /** The alert that came in clear, by its name; only the last counts. */
  get alert(): string | null {
    const [, description, tooLong] = this.#alert;
    if (description === undefined || tooLong !== undefined) return null;
    return alertNames[description] ?? `alert ${description}`;
  }

  /** Bytes as they came off the line, before the engine gets them. */
  raw(bytes: Uint8Array): void {
    this.#sealedInChunk = 0;
    this.#plainInChunk = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft > 0) at += this.#body(bytes, at);
      else at = this.#headFrom(bytes, at);
    }
  }

  /** What the engine made of the latest chunk. */
  plain(length: number): void {
    this.#plainInChunk += length;
  }

  /** Whether the stream may end here: the last record is whole, and it was an alert. */
  endsCleanly(version: TlsVersion): boolean {
    if (this.#bodyLeft > 0 || this.#headLength > 0) return false;
    if (version !== "TLSv1.3") return this.#lastType === Type.alert;
    if (this.#lastType !== Type.application || this.#lastLength !== sealedAlertBytes) return false;
    // Two bytes of data look the same from outside; then they came out as data.
    return this.#sealedInChunk - this.#plainInChunk >= 2;
  }

  #headFrom(bytes: Uint8Array, at: number): number {
    let next = at;
    while (next < bytes.length && this.#headLength < headBytes) this.#head[this.#headLength++] = bytes[next++] ?? 0;
    if (this.#headLength < headBytes) return next;
    const [type = 0, , , high = 0, low = 0] = this.#head;
    this.#headLength = 0;
    this.#lastType = type;
    this.#lastLength = high * 256 + low;
    this.#bodyLeft = this.#lastLength;
    this.#alert = [];
    return next;
  }

  #body(bytes: Uint8Array, at: number): number {
    const used = Math.min(this.#bodyLeft, bytes.length - at);
    this.#bodyLeft -= used;
    if (this.#lastType === Type.alert && this.#alert.length < 3)
      this.#alert.push(...bytes.subarray(at, at + Math.min(used, 3)));
    if (this.#bodyLeft === 0 && this.#lastType === Type.application) {
      if (!this.#isFinishedDue) this.#sealedInChunk += this.#lastLength - sealBytes;
      this.#isFinishedDue = false;
    }
    return used;
  }
}
