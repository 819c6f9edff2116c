/**
 * The way in to a service that terminates TLS itself: its clients are steered to us, its TLS is taken apart with its own
 * certificate, and what passes goes into the tap's journal. Without the service's key there is no such thing, and its
 * connections are tapped as everything is.
 *
 * It begins before the app, so that no client comes before it, and ends with the app. When we die, clients reach the app.
 */
import { closeSync } from "node:fs";
import type { Kernel } from "../capture/kernel.ts";
import { openSteering, type Steering } from "../capture/steer.ts";
import type { Tap } from "../capture/tap.ts";
import type { Protocol } from "../core/protocol.ts";
import { type Incoming, startIncoming } from "../proxy/incoming.ts";
import type { ServiceCertificate } from "../proxy/service-certificate.ts";
import { openOwnCgroup } from "../target/own-cgroup.ts";
import { RelayedJournal } from "./relayed-journal.ts";

/** What one connection may hold while it is watched for TLS. */
const WATCH_BUDGET_BYTES = 4 << 20;

/** What is known of the service. */
export interface ServiceOptions {
  readonly certificate: ServiceCertificate;
  /** Those in which the app can be asked again. */
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly keyLog: ((line: string) => void) | null;
}

/** Where it is to be opened. */
export interface EntrancePlace {
  readonly kernel: Kernel;
  readonly appCgroupFd: number;
  readonly tap: Tap;
}

export class ServiceEntrance {
  readonly #steering: Steering;
  readonly #incoming: Incoming;
  readonly #journal: RelayedJournal;

  /** Attaches and listens; the kernel must have been opened to steer, and the app must not have started. */
  constructor(options: ServiceOptions, { kernel, appCgroupFd, tap }: EntrancePlace) {
    const { ownFlows } = kernel;
    if (ownFlows === null) throw new Error("the kernel was not opened to steer");
    const ownCgroupFd = openOwnCgroup();
    try {
      this.#steering = openSteering({ appCgroupFd, ownCgroupFd, ownFlows });
    } finally {
      closeSync(ownCgroupFd);
    }
    this.#journal = new RelayedJournal(() => tap);
    this.#incoming = this.#listen(options);
    this.#steering.take(this.#incoming);
  }

  /** Resolves when what clients and the app have said is passed on and journaled; the app must have ended. */
  async drained(mostMs: number): Promise<void> {
    await this.#journal.untilSilent(AbortSignal.timeout(mostMs));
  }

  /** Clients reach the app directly from here on; those that are here are reset. */
  close(): void {
    this.#steering[Symbol.dispose]();
    this.#incoming.close();
  }

  #listen(options: ServiceOptions): Incoming {
    try {
      return startIncoming({
        ...options,
        journal: this.#journal,
        budgetBytes: WATCH_BUDGET_BYTES,
        detour: (to, client) => this.#steering.detour(to, client),
        leaveAlone: (port) => this.#steering.leaveAlone(port),
      });
    } catch (error) {
      this.#steering[Symbol.dispose]();
      throw error;
    }
  }
}
