/**
 * The ports that the app chose itself, not the system: where it can be expected to listen again. Several processes of one
 * app (a server behind its own proxy) talk over them, so replay waits for all of them before it asks anything.
 */
import { readFileSync } from "node:fs";
import type { Kernel } from "../capture/kernel.ts";

const USUAL_RANGE = [32_768, 60_999] as const;

/** Follows the listeners; what it returns gives the fixed ports seen till then, in the order in which they opened. */
export function fixedListeners(
  kernel: Pick<Kernel, "onListen">,
  range: readonly [number, number] = givenOut(),
): () => readonly number[] {
  const ports = new Set<number>();
  kernel.onListen(({ kind, port }) => {
    if (kind === "listen" && (port < range[0] || port > range[1])) ports.add(port);
  });
  return () => [...ports];
}

/** From which ports the system picks where a program leaves it the choice. */
function givenOut(): readonly [number, number] {
  try {
    const [low, high] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/).map(Number);
    return [low ?? USUAL_RANGE[0], high ?? USUAL_RANGE[1]];
  } catch {
    return USUAL_RANGE;
  }
}
