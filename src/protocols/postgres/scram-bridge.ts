/**
 * Stands between a client that binds its SCRAM exchange to the certificate that it sees, which is ours, and a server whose
 * certificate is another (RFC 5929): the client's side goes on as it is, the server is told of no binding. Only who knows
 * the password can do that, so it is looked for in the app's surroundings.
 *
 *     client                                    server
 *     p  SCRAM-SHA-256-PLUS p=…,,bare     ->    SCRAM-SHA-256 n,,bare
 *     R  r=nonce,s=salt,i=rounds          <-    unchanged
 *     p  c=binding,r=nonce,p=proof        ->    c=biws,r=nonce,p=proof of this exchange
 *     R  v=signature of that exchange     <-    v=signature of this one
 *
 * A client that binds nothing is left alone, and so is everything after the authentication.
 */
import type { Passwords } from "../../core/passwords.ts";
import type { Chunk, Side, Step } from "../../core/protocol.ts";
import {
  clientFinal,
  isProof,
  proofOf,
  readClientFinal,
  readClientFirst,
  readServerFirst,
  type ScramKeys,
  serverFinal,
} from "../../core/scram.ts";
import { latin1Text } from "../../lib/bytes/text.ts";
import { NOTHING } from "../../lib/bytes/pieces.ts";
import { Back } from "./backend.ts";
import { message } from "./message-writer.ts";
import { Front } from "./frontend.ts";
import { RequestCode } from "./startup-packet.ts";

const Authentication = { Ok: 0, Continue: 11, Final: 12 } as const;
const BOUND = "SCRAM-SHA-256-PLUS";
const UNBOUND = "SCRAM-SHA-256";
/** Start-up messages are small; longer ones are none of this. */
const LENGTH_MOST = 65_536;

/** What is said where no password fits: the connection fails as the server wants it, the next ones are not read. */
export const blindReason =
  "PostgreSQL's channel binding ties the client's password to the server's own certificate, and the password is not in the " +
  "app's environment or command: set channel_binding=disable (PGCHANNELBINDING=disable, pgjdbc channelBinding=disable) to record it";

/** One connection's authentication. */
export class ScramBridge {
  readonly #passwords: Passwords;
  readonly #held: Record<Side, Uint8Array> = { client: NOTHING, server: NOTHING };
  #isUntyped = true;
  #isOver = false;
  #isBlind = false;
  /** The client's header, and what it said behind it; null until it has asked for a binding. */
  #first: { readonly header: string; readonly bare: string } | null = null;
  #serverFirst = "";
  #proven: { readonly keys: ScramKeys; readonly client: string; readonly server: string } | null = null;

  constructor(passwords: Passwords) {
    this.#passwords = passwords;
  }

  /** Nothing is held and nothing will be changed any more. */
  get isOver(): boolean {
    return this.#isOver && this.#held.client.length === 0;
  }

  pass({ from, bytes }: Chunk): Step<never>[] {
    const before = this.#held[from];
    let rest: Uint8Array = before.length === 0 ? bytes : Buffer.concat([before, bytes]);
    const parts: Uint8Array[] = [];
    while (!this.#isOver) {
      const length = this.#lengthOf(rest, from);
      if (length === undefined || length > rest.length) break;
      const whole = rest.subarray(0, length);
      rest = rest.subarray(length);
      parts.push(from === "client" ? this.#fromClient(whole) : this.#fromServer(whole));
    }
    if (this.#isOver) parts.push(rest);
    this.#held[from] = this.#isOver ? NOTHING : rest;
    const steps: Step<never>[] = [];
    const out = Buffer.concat(parts);
    if (!out.equals(bytes)) steps.push({ do: "replace", bytes: new Uint8Array(out) });
    if (this.#isBlind) steps.push({ do: "blind", reason: blindReason });
    this.#isBlind = false;
    return steps;
  }

  /** The length of the message that begins there, where it is known. */
  #lengthOf(bytes: Uint8Array, from: Side): number | undefined {
    const header = from === "client" && this.#isUntyped ? 0 : 1;
    if (bytes.length < header + 4) return undefined;
    const length = header + Buffer.from(bytes.buffer, bytes.byteOffset + header, 4).readUInt32BE();
    if (length <= LENGTH_MOST && length >= header + 4) return length;
    this.#isOver = true;
    return undefined;
  }

  #fromClient(whole: Uint8Array): Uint8Array {
    if (this.#isUntyped) {
      this.#isUntyped = false;
      const code = whole.length < 8 ? 0 : Buffer.from(whole.buffer, whole.byteOffset + 4, 4).readUInt32BE();
      this.#isOver = code === RequestCode.Cancel;
      return whole;
    }
    if (whole[0] !== Front.Password) return whole;
    const body = latin1Text(whole.subarray(5));
    return this.#first === null ? this.#clientFirst(whole, body) : this.#clientFinal(whole, this.#first, body);
  }

  // String mechanism | Int32 length | gs2-header client-first-message-bare
  #clientFirst(whole: Uint8Array, body: string): Uint8Array {
    const first = body.startsWith(`${BOUND}\0`) ? readClientFirst(body.slice(BOUND.length + 5)) : undefined;
    if (first?.header.startsWith("p=") !== true) return whole;
    if (this.#passwords.isEmpty) {
      this.#isOver = this.#isBlind = true;
      return whole;
    }
    const { bare } = first;
    const header = first.header.replace(/^[^,]*/, "n");
    this.#first = { header, bare };
    const said = bytesOf(`${header}${bare}`);
    return message(Front.Password, (w) => w.text(UNBOUND).int32(said.length).raw(said));
  }

  // c=gs2-header and binding, r=nonce, p=proof
  #clientFinal(whole: Uint8Array, { header, bare }: { header: string; bare: string }, body: string): Uint8Array {
    const final = readClientFinal(body);
    const salted = readServerFirst(this.#serverFirst);
    if (final === undefined || salted === undefined) return whole;
    const unbound = `c=${Buffer.from(header, "latin1").toString("base64")},r=${salted.nonce}`;
    const exchange = (last: string) => `${bare},${this.#serverFirst},${last}`;
    const [client, server] = [exchange(final.unproven), exchange(unbound)];
    const keys = this.#passwords.keysFor({ hash: "sha256", ...salted }, (each) => isProof(each, client, final.proof));
    if (keys === null) this.#isBlind = true;
    else this.#proven = { keys, client, server };
    const proof = keys === null ? final.proof : proofOf(keys, server);
    return message(Front.Password, (w) => w.raw(bytesOf(clientFinal({ unproven: unbound, proof }))));
  }

  #fromServer(whole: Uint8Array): Uint8Array {
    if (whole[0] === Back.Error) this.#isOver = true;
    if (whole[0] !== Back.Authentication || whole.length < 9) return whole;
    const method = Buffer.from(whole.buffer, whole.byteOffset + 5, 4).readUInt32BE();
    const said = latin1Text(whole.subarray(9));
    if (method === Authentication.Ok) this.#isOver = true;
    if (method === Authentication.Continue) this.#serverFirst = said;
    if (method !== Authentication.Final || this.#proven === null) return whole;
    const { keys, client, server } = this.#proven;
    // A server that does not know the password is not helped to look as if it did.
    if (said !== serverFinal(keys, server)) return whole;
    return message(Back.Authentication, (w) => w.int32(Authentication.Final).raw(bytesOf(serverFinal(keys, client))));
  }
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
