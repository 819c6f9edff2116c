/**
 * The server's side of one SCRAM exchange in replay: whatever a client proves is right if some password that may be the
 * app's proves it, and the server proves itself by the same. Counterpart: the client in the app's own driver.
 */
import type { Passwords, SaltedPassword } from "./passwords.ts";
import { type ClientFirst, isProof, readClientFinal, serverFinal, serverFirst } from "./scram.ts";

export class ScramServer {
  /** What the server says first. */
  readonly first: string;
  readonly #before: string;
  readonly #salted: SaltedPassword;

  /** `more` is the server's part of the nonce. */
  constructor({ bare, nonce }: ClientFirst, more: string, salted: SaltedPassword) {
    this.first = serverFirst({ nonce: `${nonce}${more}`, salt: salted.salt, iterations: salted.iterations });
    this.#before = `${bare},${this.first}`;
    this.#salted = salted;
  }

  /** What the server says last; null where the client's last message is no proof by any of the passwords. */
  last(text: string, passwords: Passwords): string | null {
    const final = readClientFinal(text);
    if (final === undefined) return null;
    const exchange = `${this.#before},${final.unproven}`;
    const keys = passwords.keysFor(this.#salted, (each) => isProof(each, exchange, final.proof));
    return keys === null ? null : serverFinal(keys, exchange);
  }
}
