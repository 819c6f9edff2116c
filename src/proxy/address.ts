/** Addresses as they are compared and shown: one spelling for one host. */

/** IPv4-mapped IPv6 (`::ffff:10.0.0.1`) becomes plain IPv4; everything else stays. */
export const plainAddress = (address: string): string =>
  /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice("::ffff:".length) : address;
