/**
 * Whether a TLS server asks for a client certificate, which no engine tells a client that has none: by the length or the
 * kind of what our own end sends in return. Looks at the heads of outgoing records, and keeps nothing of them.
 *
 * For lines on which nothing but one handshake as a client, without a certificate and without resumption, has been sent.
 */
import type { Line } from "./line.ts";

/** A line with an eye on it. */
export interface WatchedLine {
  readonly line: Line;
  /** Resolves when our end of the handshake is out. */
  readonly isAsked: Promise<boolean>;
}

const Type = { handshake: 22, application: 23 } as const;
const Message = { clientHello: 1, certificate: 11 } as const;
const headBytes = 5;
/** A record of TLS 1.3 holds this besides the messages: their type, and the tag of every cipher that is in use. */
const sealBytes = 17;
/** Finished with the hashes that TLS 1.3 has; an empty Certificate comes before it, in the same record or in its own. */
const finishedBytes = [4 + 32, 4 + 48];
const emptyCertificateBytes = 4 + 4;

/** Watches what is written to the line from here on. */
export function watchCertificateRequest(line: Line): WatchedLine {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const records = new RecordHeads((type, length, message) => {
    if (type === Type.handshake && message !== Message.clientHello) resolve(message === Message.certificate);
    if (type === Type.application) resolve(isCertificateBefore(length - sealBytes));
  });
  const watched: Line = {
    data: line.data,
    write: (bytes) => {
      const written = line.write(bytes);
      if (written > 0) records.add(bytes.subarray(0, written));
      return written;
    },
    shutdown: () => line.shutdown(),
    pause: () => line.pause(),
    resume: () => line.resume(),
    terminate: () => line.terminate(),
  };
  return { line: watched, isAsked: promise };
}

const isCertificateBefore = (length: number): boolean =>
  length === emptyCertificateBytes || finishedBytes.some((finished) => length === emptyCertificateBytes + finished);

/** Cuts a stream into records, of which it tells type, length, and the first byte. */
class RecordHeads {
  readonly #tell: (type: number, length: number, first: number) => void;
  #head: number[] = [];
  #bodyLeft = 0;

  constructor(tell: (type: number, length: number, first: number) => void) {
    this.#tell = tell;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#bodyLeft > 0) {
        const used = Math.min(this.#bodyLeft, bytes.length - at);
        this.#bodyLeft -= used;
        at += used;
        continue;
      }
      this.#head.push(bytes[at++] ?? 0);
      if (this.#head.length <= headBytes) continue;
      const [type = 0, , , high = 0, low = 0, first = 0] = this.#head;
      const length = high * 256 + low;
      this.#head = [];
      this.#bodyLeft = length - 1;
      this.#tell(type, length, first);
    }
  }
}
