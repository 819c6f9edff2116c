/**
 * Where a redirected connection was going, and who comes without having been redirected: somebody else on this host, who is
 * never served.
 */
import { plainAddress } from "./address.ts";

/** Where a connection or datagram was going before the kernel sent it here. */
export interface Origin {
  readonly address: string;
  readonly port: number;
  /** Who connected, where the kernel told. */
  readonly pid?: number | null;
}

/** The original destination, by the app's own end as it shows here; null for a stranger. May begin to know later than the ports do. */
export type OriginOf = (address: string, port: number, transport: "tcp" | "udp") => Origin | null;

/** Asks for origins and counts strangers. */
export class Origins {
  readonly #originOf: OriginOf;
  strangers = 0;
  #count = 0;

  constructor(originOf: OriginOf) {
    this.#originOf = originOf;
  }

  /** Its address in the one spelling, and a name that tells its connection from others. */
  find(address: string, port: number, transport: "tcp" | "udp"): (Origin & { readonly connection: string }) | null {
    const origin = this.#originOf(plainAddress(address), port, transport);
    if (origin === null) {
      this.strangers++;
      return null;
    }
    return { ...origin, address: plainAddress(origin.address), connection: `${transport}-${++this.#count}` };
  }
}
