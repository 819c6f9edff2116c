/** The ports on which the app listens at this moment, as the kernel's events tell it; several sockets may share one port. */
import type { Kernel } from "../capture/kernel.ts";
import type { Listening } from "../target/ready.ts";

/** Follows the app's listeners for as long as the kernel's programs are attached. */
export function listeningTo(kernel: Pick<Kernel, "onListen">): Listening {
  const sockets = new Map<bigint, number>();
  const subscribers = new Set<() => void>();
  kernel.onListen(({ kind, cookie, port }) => {
    if (kind === "listen") sockets.set(cookie, port);
    else sockets.delete(cookie);
    for (const changed of subscribers) changed();
  });
  return {
    ports: () => new Set(sockets.values()),
    subscribe(changed) {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}
