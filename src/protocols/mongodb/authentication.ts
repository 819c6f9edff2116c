/**
 * The server's side of authentication in replay. Whatever a client proves is right if the password that it proves is in
 * the app's surroundings: SCRAM makes the server prove itself as well, which takes that password. Other ways make it
 * prove nothing and are granted, but Kerberos.
 *
 *     saslStart     n,,n=user,r=nonce      ->  r=nonce…,s=salt,i=iterations
 *     saslContinue  c=biws,r=nonce…,p=…    ->  v=signature
 */
import { Binary, Double, serialize } from "bson";
import { passwordsIn } from "../../core/passwords.ts";
import { type Hash, readClientFirst } from "../../core/scram.ts";
import { ScramServer } from "../../core/scram-server.ts";
import { elementsOf, field, textField, numberField, Type } from "./documents.ts";

/** What an answer to `hello` may hold of one client's authentication: it is asked for anew in replay. */
export const SCRUBBED: ReadonlySet<string> = new Set(["speculativeAuthenticate"]);

/** Ways by which a server only lets in. */
const GRANTED: ReadonlySet<string> = new Set(["PLAIN", "MONGODB-X509", "MONGODB-OIDC"]);
const HASHES: Readonly<Record<string, Hash>> = { "SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256" };
const ITERATIONS = 4096;
const SALTED_TEXT = "reprise";

/** What comes next: an answer, or why there is none. */
export type Turn = { readonly document: Uint8Array } | { readonly failure: string };

export class Authentication {
  readonly #surroundings: readonly string[];
  readonly #connection: string;
  #user = "";
  #scram: ScramServer | null = null;
  #isProven = false;
  #skipsEmpty = false;

  /** `connection` makes what a server makes up at random the same for each run. */
  constructor(surroundings: readonly string[], connection: string) {
    this.#surroundings = surroundings;
    this.#connection = connection;
  }

  /** Answers any of the commands that authenticate. */
  answer(name: string, request: Uint8Array): Turn {
    if (name === "saslStart") return this.#start(request);
    if (name !== "saslContinue") return { document: new Uint8Array(serialize({ ok: new Double(1) })) };
    if (this.#isProven || this.#scram === null) return said("", true);
    const last = this.#scram.last(payloadOf(request), passwordsIn(this.#surroundings));
    if (last === null) return { failure: unprovable(this.#user) };
    this.#isProven = true;
    return said(last, this.#skipsEmpty);
  }

  #start(request: Uint8Array): Turn {
    const mechanism = textField(request, "mechanism") ?? "";
    if (GRANTED.has(mechanism)) return said("", true);
    if (mechanism === "MONGODB-AWS") return this.#challenge(request);
    const hash = HASHES[mechanism];
    if (hash === undefined)
      return { failure: `MongoDB's ${mechanism} is not understood: Reprise answers SCRAM, PLAIN, X.509, AWS and OIDC` };
    const first = readClientFirst(payloadOf(request));
    if (first === undefined) return { failure: `${mechanism} began with what is no SCRAM message` };
    const options = field(request, "options");
    this.#skipsEmpty = options?.type === Type.object && numberField(options.value, "skipEmptyExchange") === 1;
    const user = Buffer.from(first.user.replaceAll("=2C", ",").replaceAll("=3D", "="), "latin1").toString();
    this.#user = user;
    this.#isProven = false;
    const salted = { hash, salt: saltOf(hash), iterations: ITERATIONS };
    const secretOf = (password: string) => (hash === "sha1" ? digestOf(user, password) : password);
    this.#scram = new ScramServer(first, nonceOf(this.#connection), { ...salted, secretOf });
    return said(this.#scram.first, false);
  }

  /** AWS's proof is for AWS: it signs the nonce of 32 bytes with 32 more, and whoever asks believes it. */
  #challenge(request: Uint8Array): Turn {
    const asked = payloadElement(request);
    const nonce = asked === undefined ? undefined : field(asked.value.subarray(5), "r");
    if (nonce?.type !== Type.binary) return { failure: "MONGODB-AWS began without a nonce" };
    const more = new Bun.CryptoHasher("sha256").update(this.#connection).digest();
    const s = new Binary(Buffer.concat([nonce.value.subarray(5), more]), 0);
    this.#isProven = true;
    return said(Buffer.from(serialize({ s, h: "sts.amazonaws.com" })).toString("latin1"), false);
  }
}

/** The same for all connections, so that both ends work out their keys once. */
const saltOf = (hash: Hash): Uint8Array =>
  new Bun.CryptoHasher("sha256")
    .update(SALTED_TEXT)
    .digest()
    .subarray(0, hash === "sha1" ? 16 : 28);

/** What MongoDB salts in SCRAM-SHA-1 in place of a password. */
const digestOf = (user: string, password: string): string =>
  new Bun.CryptoHasher("md5").update(`${user}:mongo:${password}`).digest("hex");

/** Who asks to be let in, and how: by `saslStart`, or by what a `hello` holds of it. */
export function userOf(request: Uint8Array): {
  readonly mechanism: string;
  readonly user: string;
  readonly database: string;
} {
  const user = readClientFirst(payloadOf(request))?.user ?? "";
  const database = textField(request, "$db") ?? textField(request, "db") ?? "";
  return { mechanism: textField(request, "mechanism") ?? "", user, database };
}

/** The command under which a refusal is kept. */
export function refusedRequest({ mechanism, user, database }: ReturnType<typeof userOf>): Uint8Array {
  return new Uint8Array(serialize({ saslStart: 1, mechanism, user, $db: database }));
}

const unprovable = (user: string): string =>
  `Reprise cannot prove itself as this MongoDB server, since it does not know the password of "${user}": give it with ` +
  "--mongo-password (REPRISE_MONGO_PASSWORD), in secret.yaml, or in the app's environment " +
  "(MONGODB_URI=mongodb://user:password@host)";

const payloadElement = (request: Uint8Array) =>
  elementsOf(request).find(({ name, type }) => name === "payload" && type === Type.binary);

/** Latin-1: what was sent is what is signed. */
function payloadOf(request: Uint8Array): string {
  const payload = payloadElement(request);
  return payload === undefined ? "" : Buffer.from(payload.value.subarray(5)).toString("latin1");
}

function said(text: string, done: boolean): Turn {
  const payload = new Binary(Buffer.from(text, "latin1"), 0);
  return { document: new Uint8Array(serialize({ conversationId: 1, done, payload, ok: new Double(1) })) };
}

const nonceOf = (text: string): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("base64").slice(0, 24).replaceAll(",", "");
