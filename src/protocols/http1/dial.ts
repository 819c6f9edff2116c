/**
 * One connection to the app and no other. Given a name, the runtime connects to all of its addresses at once and resets
 * those that come second, which the app sees and may log; so addresses are tried here, one after another.
 */
import type { Socket } from "bun";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

const LOCAL = ["::1", "127.0.0.1"];

/** The first connection that `open` makes of the host's addresses; rejects as the last of them did. */
export async function dial(host: string, open: (address: string) => Promise<Socket>): Promise<Socket> {
  const addresses = await addressesOf(host);
  let last: unknown = new Error(`${host} has no address`);
  for (const address of addresses) {
    try {
      return await open(address);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  if (host === "localhost") return LOCAL;
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
