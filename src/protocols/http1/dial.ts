/**
 * One connection to the app and no other. Given a name, the runtime connects to all of its addresses at once and resets
 * those that come second, which the app sees and may log; so addresses are tried here, one after another.
 */
import type { Socket } from "bun";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

const LOCAL = ["::1", "127.0.0.1"];

/** Opens connections, and knows where the app answered last: a refusal before each test would cost more than the rest. */
export class Dialler {
  /** By host and port. */
  readonly #answered = new Map<string, string>();

  /** The first connection that `open` makes of the host's addresses; rejects as the last of them did. */
  async dial(host: string, port: number, open: (address: string) => Promise<Socket>): Promise<Socket> {
    const place = `${host} ${port}`;
    const addresses = await addressesOf(host);
    const known = this.#answered.get(place);
    const ordered = known === undefined || !addresses.includes(known) ? addresses : [known, ...addresses.filter((each) => each !== known)]; // prettier-ignore
    let last: unknown = new Error(`${host} has no address`);
    for (const address of ordered) {
      try {
        const socket = await open(address);
        this.#answered.set(place, address);
        return socket;
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  if (host === "localhost") return LOCAL;
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
