/**
 * The server's side of authentication in replay, for clients that take no connection without it (`require_auth`,
 * `channel_binding=require`). Others are asked for nothing. Whatever a client says to a request for a password is right;
 * SCRAM also makes the server prove itself, which takes the password: it is looked for in the app's surroundings.
 */
import type { Passwords } from "../../core/passwords.ts";
import { readClientFirst } from "../../core/scram.ts";
import { ScramServer } from "../../core/scram-server.ts";
import { joinBytes, NOTHING } from "../../lib/bytes/pieces.ts";
import { encodeText, latin1Text } from "../../lib/bytes/text.ts";
import { encodeBack } from "./backend.ts";
import { BodyReader } from "./body-reader.ts";

const Method = { Password: 3, Md5: 5, Sasl: 10, Continue: 11, Final: 12 } as const;

/** Said to a client that wants a proof which nobody here can give. */
export const unprovable =
  "Reprise cannot prove itself as this PostgreSQL server, since the password is not in the app's environment or command: " +
  "put it there (PGPASSWORD), or leave out require_auth and channel_binding=require in tests";

/** Whether a client of this app may insist on being asked who it is. */
export function demandsAuthentication(surroundings: readonly string[]): boolean {
  return surroundings.some((text) => {
    if (/channel[_ ]?binding["']?\s*[=:]\s*["']?require/i.test(text)) return true;
    const demanded = /require_?auth["']?\s*[=:]\s*["']?([^\s&"']+)/i.exec(text)?.[1] ?? "";
    return demanded.split(/,|%2c/i).some((each) => each === "!none" || (each !== "" && !/^(!|none$)/.test(each)));
  });
}

/** What comes next: more to say, the connection is open, or it cannot be. */
export interface AuthenticationTurn {
  readonly is: "going on" | "done" | "failed";
  readonly bytes: Uint8Array;
}

/** One connection's authentication, by the method that was recorded. */
export class ReplayAuthentication {
  readonly #method: string;
  readonly #passwords: Passwords;
  readonly #seed: Uint8Array;
  readonly #isTls: boolean;
  #scram: ScramServer | null = null;

  /** `connection` makes what a server makes up at random the same for each run. */
  constructor(options: { method: string; passwords: Passwords; connection: string; isTls: boolean }) {
    this.#method = options.method;
    this.#passwords = options.passwords;
    this.#isTls = options.isTls;
    this.#seed = new Uint8Array(new Bun.CryptoHasher("sha256").update(options.connection).digest());
  }

  start(): AuthenticationTurn {
    if (this.#method === "password") return ask(Method.Password, NOTHING);
    if (this.#method === "md5") return ask(Method.Md5, this.#seed.subarray(0, 4));
    if (!this.#method.startsWith("scram-sha-256")) return { is: "done", bytes: NOTHING };
    const names = this.#isTls ? ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"] : ["SCRAM-SHA-256"];
    return ask(Method.Sasl, joinBytes([...names, ""].map((name) => encodeText(`${name}\0`))));
  }

  /** `body` of a message by which a client answers. */
  answer(body: Uint8Array): AuthenticationTurn {
    if (!this.#method.startsWith("scram-sha-256")) return { is: "done", bytes: NOTHING };
    return this.#scram === null
      ? this.#first(new BodyReader(body))
      : final(this.#scram.last(latin1Text(body), this.#passwords));
  }

  // String mechanism | Int32 length | gs2-header client-first-message-bare
  #first(reader: BodyReader): AuthenticationTurn {
    reader.text();
    reader.int32();
    const first = readClientFirst(latin1Text(reader.rest()));
    if (first === undefined) return { is: "failed", bytes: NOTHING };
    const [more, salt] = [this.#seed.subarray(0, 15), this.#seed.subarray(15, 30)];
    this.#scram = new ScramServer(first, Buffer.from(more).toString("base64"), {
      hash: "sha256",
      salt,
      iterations: 4096,
    });
    return ask(Method.Continue, encodeText(this.#scram.first));
  }
}

const final = (said: string | null): AuthenticationTurn =>
  said === null ? { is: "failed", bytes: NOTHING } : { ...ask(Method.Final, encodeText(said)), is: "done" };

const ask = (method: number, data: Uint8Array): AuthenticationTurn => ({
  is: "going on",
  bytes: encodeBack({ message: "authentication", method, data }),
});
