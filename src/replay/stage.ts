/**
 * The app on its stage: in a cgroup of its own, every connection that it opens led to our proxy, its listeners watched.
 *
 * It decides nothing about tests; run-test-set.ts drives what stands here. Closing it ends the app and leaves the host as
 * it was. Counterpart while recording: record/record.ts, which only listens.
 */
import { type End, openKernel, type Kernel } from "../capture/kernel.ts";
import { openUnixSockets, type UnixSockets } from "../capture/unix-sockets.ts";
import type { Miss } from "../core/exchange.ts";
import type { Pool } from "../core/pool.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import { joinedSockets, socketSet } from "../core/unix-socket.ts";
import { startProxy, type Proxy } from "../proxy/listener.ts";
import type { TlsOptions } from "../proxy/tls/tls-options.ts";
import { createCgroup } from "../target/cgroup.ts";
import { type Clock, startClock, type Time } from "../target/clock.ts";
import { startGuard } from "../target/guard.ts";
import { launch, type PreparedApp, type Target } from "../target/native.ts";
import { nameServiceFiles } from "../target/nsswitch.ts";
import { plumbing } from "../target/plumbing.ts";
import type { Listening } from "../target/ready.ts";
import { listeningTo } from "./listening.ts";

export interface StageOptions {
  /** The same for every test set of a run. */
  readonly app: PreparedApp;
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly passThroughPorts: readonly number[];
  /** Ends on loopback that refuse, as they did when it was recorded. */
  readonly refusing: readonly End[];
  /** Unix sockets that the app may reach; `socketSet` says how folders are written. */
  readonly passThroughSockets: readonly string[];
  /** What one connection may say without being answered. */
  readonly budgetBytes: number;
  /** Address to name, as recorded. */
  readonly names: Map<string, string>;
  /** In whose name TLS is answered; null where it is not. */
  readonly tls: TlsOptions | null;
  /** Why clients refused the server of that name and port while it was recorded, or null. */
  refusedFor(host: string, port: number): string | null;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** What time it is for the app, from that instant on. */
  readonly time: Time;
  readonly startsAt: number;
  poolFor(protocol: Protocol, peer: Peer): Pool<unknown>;
  /** The only protocol recorded for this destination, or `null`. */
  expectedFor(peer: Peer): Protocol | null;
  /** Whether what was recorded for this destination came over TLS. */
  isTlsFor(peer: Peer): boolean;
  onMiss(miss: Miss, peer: Peer): void;
  onUnread(reason: string, peer: Peer): void;
}

export interface Stage {
  readonly kernel: Kernel;
  readonly proxy: Proxy;
  /** Those that are refused; `null` where the kernel cannot. */
  readonly sockets: UnixSockets | null;
  readonly target: Target;
  /** Where the app listens, as the kernel tells it. */
  readonly listening: Listening;
  /** The app's. */
  readonly clock: Clock;
  /** Ends the app, then everything that stood around it. */
  close(): Promise<void>;
}

/** The app may take this long to end by itself before it is killed. */
const GRACE_MS = 5_000;

/** Builds the stage and starts the app on it; what was built is taken down again when a part fails. */
export async function setStage(options: StageOptions): Promise<Stage> {
  await using undo = new AsyncDisposableStack();
  const cgroup = createCgroup();
  undo.defer(() => cgroup.remove());

  let kernel: Kernel | null = null;
  const proxy = await startProxy({
    mode: "answer",
    protocols: options.protocols,
    fallback: options.fallback,
    originOf: (address, port, transport) => kernel?.originOf(address, port, transport) ?? null,
    names: options.names,
    budgetBytes: options.budgetBytes,
    poolFor: (protocol, peer) => options.poolFor(protocol, peer),
    expectedFor: (peer) => options.expectedFor(peer),
    isTlsFor: (peer) => options.isTlsFor(peer),
    tls: options.tls,
    refusedFor: (host, port) => options.refusedFor(host, port),
    surroundings: options.surroundings,
    onMiss: (miss, peer) => options.onMiss(miss, peer),
    onUnread: (reason, peer) => options.onUnread(reason, peer),
  });
  undo.defer(() => proxy.close());

  const opened = openKernel({
    cgroupFd: cgroup.fd,
    mode: "redirect",
    redirect: proxy.ports,
    passThroughPorts: options.passThroughPorts,
    refusing: options.refusing,
  });
  kernel = opened;
  undo.defer(() => opened.close());
  const listening = listeningTo(opened);

  const allowed = joinedSockets(plumbing(options.app.env), socketSet(options.passThroughSockets));
  const sockets = openUnixSockets({ cgroupFd: cgroup.fd, isRefusing: true, allowed });
  undo.defer(() => sockets?.[Symbol.dispose]());

  const clock = startClock(options.time, options.startsAt);
  undo.defer(() => clock.close());

  // Killed, we would leave an app that goes on to the real services: the guard ends it, and the redirect stands till then.
  const guard = startGuard(cgroup, [...opened.links, ...(sockets?.links ?? [])]);
  undo.defer(() => guard.release());

  const target = await launch({
    ...options.app,
    cgroup,
    clock,
    files: [...nameServiceFiles(), ...options.app.files],
  });
  undo.defer(() => target.stop(GRACE_MS).then(() => {}));

  const parts = undo.move();
  return { kernel: opened, proxy, sockets, target, listening, clock, close: () => parts.disposeAsync() };
}
