/**
 * The proxy beside the tap: connections of the app that may be TLS pass through it, and what passes goes into the tap's
 * journal. A destination that turns out to speak clear text is told to the kernel, and its next connections go straight.
 *
 * It begins before the kernel's programs, which must know its ports, and ends after them, so that nobody is sent to a
 * listener that is gone. Counterpart in replay: replay/stage.ts.
 */
import type { Kernel } from "../capture/kernel.ts";
import type { Tap } from "../capture/tap.ts";
import type { Departures } from "../core/departures.ts";
import type { Protocol } from "../core/protocol.ts";
import type { ProxyPorts } from "../core/proxy-ports.ts";
import { type Proxy, startProxy } from "../proxy/listener.ts";
import type { Origin } from "../proxy/origin.ts";
import { Refusals } from "../proxy/refusals.ts";
import type { TlsOptions } from "../proxy/tls/tls-options.ts";
import type { Learned, LearnedPeer } from "../store/config.ts";
import { Handover } from "../target/handover.ts";
import { hasCompiledRoots } from "../target/compiled-roots.ts";
import { Pins } from "../target/pins.ts";
import { RelayedJournal } from "./relayed-journal.ts";
import type { ServiceOptions } from "./service-entrance.ts";

/** What one connection may hold while it is watched for TLS. */
const WATCH_BUDGET_BYTES = 4 << 20;
const COMPILED_ROOTS =
  "TLS: the program trusts only the roots that are compiled into it (webpki-roots); built with the system's roots it is recorded";

export interface RedirectionOptions {
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  /** How TLS is taken apart; `null` hands it on. */
  readonly tls: TlsOptions | null;
  /** What the app itself shows its clients, where that is known. */
  readonly service: ServiceOptions | null;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** Every connection passes through the proxy, whatever is known or learned. */
  readonly isAlways: boolean;
  /** The directory of the app's cgroup. */
  readonly cgroupFd: number;
  /** What an earlier recording learned. */
  readonly learned: Learned;
}

export class Redirection {
  readonly #options: RedirectionOptions;
  readonly #proxy: Proxy;
  readonly #held: Held;
  readonly #clear: Map<string, LearnedPeer>;
  readonly #refusals: Refusals;
  readonly #relayed: RelayedJournal;
  readonly #handover: Handover;

  private constructor(options: RedirectionOptions, { proxy, held, clear, refusals, relayed, handover }: Parts) {
    this.#options = options;
    this.#proxy = proxy;
    this.#held = held;
    this.#clear = clear;
    this.#refusals = refusals;
    this.#relayed = relayed;
    this.#handover = handover;
  }

  /** Opens the listeners; nothing comes before `attach`. */
  static async start(options: RedirectionOptions): Promise<Redirection> {
    const held: Held = { kernel: null, tap: null };
    const clear = new Map<string, LearnedPeer>();
    const relayed = new RelayedJournal(() => held.tap);
    const refusals = new Refusals();
    const roots = options.tls?.stores.flatMap((store) => store.roots) ?? [];
    const pins = new Pins(roots, options.service?.certificate.der ?? null);
    const handover = new Handover(options.cgroupFd);
    if (!options.isAlways) for (const { reason, ...asked } of options.learned.blind) refusals.giveUp(asked, reason);
    const proxy = await startProxy({
      ...options,
      mode: "forward",
      originOf: (address, port, transport) => held.kernel?.originOf(address, port, transport) ?? null,
      journal: relayed,
      learnClear: (address, port) => {
        clear.set(`${address} ${port}`, { address, port });
        if (!options.isAlways) held.kernel?.learnClear(address, port);
      },
      departures: options.isAlways ? staying(handover) : handover,
      refusals,
      blindReason,
      pinnedIn: async ({ pid }, shown) => (typeof pid === "number" ? await pins.foundIn(pid, shown) : null),
      budgetBytes: WATCH_BUDGET_BYTES,
    });
    return new Redirection(options, { proxy, held, clear, refusals, relayed, handover });
  }

  get ports(): ProxyPorts {
    return this.#proxy.ports;
  }

  /** From here on connections may come; the app must not have started. */
  attach(kernel: Kernel, tap: Tap): void {
    this.#held.kernel = kernel;
    this.#held.tap = tap;
    this.#handover.start();
    if (this.#options.isAlways) return;
    for (const peer of this.#options.learned.clear) {
      this.#clear.set(`${peer.address} ${peer.port}`, peer);
      kernel.learnClear(peer.address, peer.port);
    }
  }

  /** What is known so far. */
  get learned(): Learned {
    return { clear: [...this.#clear.values()], blind: this.#refusals.all };
  }

  /** Resolves when all that the app has said is passed on and told to the journal; the app must have ended. */
  async drained(mostMs: number): Promise<void> {
    await this.#relayed.untilSilent(AbortSignal.timeout(mostMs));
  }

  /** Resets what is open, and frees the ports. */
  async close(): Promise<void> {
    this.#handover.close();
    await this.#proxy.close();
  }
}

interface Parts {
  readonly proxy: Proxy;
  readonly held: Held;
  readonly clear: Map<string, LearnedPeer>;
  readonly refusals: Refusals;
  readonly relayed: RelayedJournal;
  readonly handover: Handover;
}

/** None is to leave. */
const staying = (handover: Handover): Departures => ({
  keep: (passing) => handover.keep(passing),
  offer: () => {},
  withdraw: () => {},
});

interface Held {
  kernel: Kernel | null;
  tap: Tap | null;
}

async function blindReason({ pid }: Origin): Promise<string | null> {
  return typeof pid === "number" && (await hasCompiledRoots(pid)) ? COMPILED_ROOTS : null;
}
