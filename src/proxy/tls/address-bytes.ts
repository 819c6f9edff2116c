/** An address as a certificate spells it. Refuses names: whatever is no address is `null`. */
import { isIPv4, isIPv6 } from "node:net";
import { plainAddress } from "../address.ts";

/** 4 bytes of IPv4, also where it is mapped into IPv6; else 16, without the zone. */
export const addressBytes = (text: string): Uint8Array | null => {
  const [bare = ""] = text.replace(/^\[(.*)\]$/, "$1").split("%");
  const address = plainAddress(bare);
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  return isIPv6(address) ? ipv6Bytes(address) : null;
};

/** `::` stands for as many zeros as are missing; the last 4 bytes may be written as IPv4. */
const ipv6Bytes = (address: string): Uint8Array => {
  const [head = "", tail] = address.split("::");
  const before = groupBytes(head);
  const after = groupBytes(tail ?? "");
  const bytes = new Uint8Array(16);
  bytes.set(before);
  bytes.set(after, 16 - after.length);
  return bytes;
};

const groupBytes = (groups: string): number[] =>
  groups
    .split(":")
    .filter((group) => group.length > 0)
    .flatMap((group) => {
      if (group.includes(".")) return group.split(".").map(Number);
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
