/**
 * The drain thread: waits on the rings and moves what is in them, the tap's records and the proxy's to the journal, listener
 * events to the owner. It looks at no more of a record than its length, and its time where both rings hold some: the journal
 * has them in the order in which they came to pass. Its counterpart is `drain-thread.ts`.
 *
 * It sleeps in epoll_wait. Listener events and orders wake it at once. The tap's ring is polled edge-triggered (any record
 * makes it readable, so level-triggered it would be woken for each): it wakes the thread when it fills, and is looked at
 * some times a second besides. A look takes what is there when it begins: whoever writes meanwhile has the next one's
 * memory in its processor's cache, and each little write costs as much as a large one.
 *
 * While recording it holds the links of the programs, in descriptors of its own: when we are killed they go at once, and
 * nobody is sent to a proxy that is dying.
 */
import { closeSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { checked, errno, fetchFile, libc, separateFiles } from "../../ffi/libc.ts";
import { scheduleThread } from "../../ffi/scheduling.ts";
import type { DrainOrder, DrainReport, RingPlace } from "./drain-messages.ts";
import { Ring } from "./ring.ts";
import { SharedRingReader } from "./shared-ring.ts";

declare const self: Worker;

const EPOLLIN = 1;
const EPOLLET = 0x8000_0000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CLOEXEC = 0o2000000;
const EINTR = 4;
/** One write takes this much at most, so that the kernel soon gets room back. */
const WRITE_BYTES = 4 << 20;
/** And this much where little waits: it is still in the cache when it is written, and whoever waits behind it waits little. */
const SMALL_WRITE_BYTES = 256 << 10;
/** Less waits for the next look; so much less than what the proxy's ring wakes the thread at that its writer sees it. */
const REST_BYTES = 1 << 20;
/** Standard input, output and errors are everybody's. */
const LAST_STREAM = 2;
/** So long at most is what was captured lost if we are killed, where little comes. */
const LOOK_MS = 10;
/**
 * Seldom where much comes: each look may hold a request of the app up, and fewer than one in a hundred may meet one. What
 * fills the ring meanwhile wakes the thread.
 */
const BUSY_LOOK_MS = 50;
/** From here on much comes. */
const BUSY_BYTES_PER_MS = 6_000;
/** A record is busy for as long as the kernel copies a packet; more than this much means that its writer never ends. */
const LAST_RECORD_MS = 100;
/**
 * Behind the app while there is time, before everybody when the ring fills, and until it has not filled for a whole look:
 * what comes too late here is lost.
 */
const PRIORITY = { calm: "back", urgent: "first" } as const;
const URGENT_BYTES = 16 << 20;

interface Tap {
  readonly ring: Ring;
  readonly relayed: SharedRingReader;
  readonly fd: number;
  readonly journal: number;
  hasFailed: boolean;
}

const epoll = checked("epoll_create1", libc().epoll_create1(EPOLL_CLOEXEC));
const orders: DrainOrder[] = [];
let ordered = () => {};
let tap: Tap | null = null;
/** The links, once this thread's descriptors are its own. */
let kept: readonly number[] | null = null;
let priority: keyof typeof PRIORITY | null = null;

// A worker's message has no origin to aim at.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const report = (message: DrainReport) => self.postMessage(message);

/** struct epoll_event is packed on x86-64 alone. */
const eventBytes = process.arch === "x64" ? 12 : 16;
const dataAt = eventBytes - 8;

function control(operation: number, fd: number, events: number): void {
  const event = new Uint8Array(eventBytes);
  const view = new DataView(event.buffer);
  view.setUint32(0, events, true);
  view.setInt32(dataAt, fd, true);
  checked("epoll_ctl", libc().epoll_ctl(epoll, operation, fd, event));
}

const openRing = ({ fd, bytes }: RingPlace) => new Ring(fd, bytes);

function drainListeners(ring: Ring): void {
  for (let length = ring.available(WRITE_BYTES); length > 0; length = ring.available(WRITE_BYTES)) {
    report({ says: "listeners", records: ring.copy(length) });
    ring.advance(length);
  }
}

const waitingBytes = ({ ring, relayed }: Tap): number => ring.waitingBytes + relayed.waitingBytes;

function drainTap(from: Tap): void {
  while (!from.hasFailed && drainWaiting(from) && waitingBytes(from) > REST_BYTES);
}

/** Moves what both rings hold by this moment; whether there was any that could be moved. */
function drainWaiting(from: Tap): boolean {
  const { ring, relayed } = from;
  // Asked before the ring: of what the proxy did till then, no packet that is not seen came first.
  const relayedEnd = relayed.end;
  const { end } = ring;
  for (let hasMoved = false; ; hasMoved = true) {
    const waiting = waitingBytes(from);
    if (waiting > URGENT_BYTES) prioritise("urgent");
    const most = waiting > WRITE_BYTES ? WRITE_BYTES : SMALL_WRITE_BYTES;
    const tapped = ring.available(most, end);
    // Asked after the ring: what the proxy did before any of these packets is then seen.
    const relayedAt = relayed.nextAt;
    if (tapped === 0 && (relayedAt === Infinity || relayed.position >= relayedEnd)) return hasMoved;
    const length = relayedAt === Infinity ? tapped : ring.lengthBefore(relayedAt, tapped);
    const failure = length > 0 ? writeTapped(from, length) : writeRelayed(from, tapped, relayedEnd);
    if (failure === 0) continue;
    from.hasFailed = true;
    report({ says: "tapFailed", errno: failure });
    return false;
  }
}

function writeTapped({ ring, journal }: Tap, length: number): number {
  const failure = ring.writeTo(journal, length);
  if (failure === 0) ring.advance(length);
  return failure;
}

/** What the proxy did before the next packet, of which the ring has `tapped` bytes; before `end` where it has none. */
function writeRelayed({ ring, relayed, journal }: Tap, tapped: number, end: number): number {
  if (tapped === 0) return relayed.writeTo(journal, Infinity, WRITE_BYTES, end);
  return relayed.writeTo(journal, ring.nextAt, WRITE_BYTES);
}

function stopTap(): void {
  const last = performance.now() + LAST_RECORD_MS;
  if (tap !== null) {
    do drainTap(tap);
    while (!tap.hasFailed && waitingBytes(tap) > 0 && performance.now() < last);
    control(EPOLL_CTL_DEL, tap.fd, 0);
    tap.ring.close();
    if (kept !== null) closeSync(tap.journal);
  }
  tap = null;
  report({ says: "tapStopped" });
}

/**
 * Of the copies only what the kernel made for its programs and for waiting is this thread's business. Whoever waits for
 * the end of a pipe or a connection would wait for our copy too.
 */
function closeCopies(): void {
  const files = "/proc/thread-self/fd";
  for (const name of readdirSync(files)) {
    const fd = Number(name);
    if (fd > LAST_STREAM && !isOfKernel(`${files}/${name}`)) closeSync(fd);
  }
}

function isOfKernel(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("anon_inode:");
  } catch {
    // The folder's own descriptor is closed already.
    return true;
  }
}

/** Every order that the eventfd counts has been sent, but may not have arrived. */
async function takeOrders(fd: number): Promise<DrainOrder[]> {
  const count = new BigUint64Array(1);
  readSync(fd, new Uint8Array(count.buffer));
  while (orders.length < Number(count[0])) await new Promise<void>((resolve) => (ordered = resolve));
  return orders.splice(0, Number(count[0]));
}

/** Of this thread alone. */
function prioritise(wanted: keyof typeof PRIORITY): void {
  if (priority === wanted) return;
  priority = wanted;
  // Without the right to it the ring must bridge more.
  scheduleThread(PRIORITY[wanted]);
}

async function run(): Promise<void> {
  while (orders.length === 0) await new Promise<void>((resolve) => (ordered = resolve));
  const first = orders.shift();
  if (first?.do !== "watch") return;
  const listeners = openRing(first.ring);
  control(EPOLL_CTL_ADD, first.control, EPOLLIN);
  control(EPOLL_CTL_ADD, first.ring.fd, EPOLLIN);
  const events = new Uint8Array(eventBytes * 4);
  const view = new DataView(events.buffer);
  let lookMs = LOOK_MS;
  let lookedAt = performance.now();

  for (;;) {
    const count = libc().epoll_wait(epoll, events, 4, tap === null || tap.hasFailed ? -1 : lookMs);
    if (count < 0 && errno() !== EINTR) throw new Error(`epoll_wait: errno ${errno()}`);
    drainListeners(listeners);
    if (tap !== null && count === 0) prioritise("calm");
    if (tap !== null) {
      const at = performance.now();
      const isBusy = waitingBytes(tap) > (at - lookedAt) * BUSY_BYTES_PER_MS;
      [lookMs, lookedAt] = [isBusy ? BUSY_LOOK_MS : LOOK_MS, at];
      drainTap(tap);
    }
    const isOrdered = Array.from({ length: Math.max(count, 0) }, (_, i) =>
      view.getInt32(i * eventBytes + dataAt, true),
    );
    if (!isOrdered.includes(first.control)) continue;
    for (const order of await takeOrders(first.control)) {
      if (order.do === "startTap") {
        const { ring, relayed, journal } = order;
        const opened = { ring: openRing(ring), relayed: new SharedRingReader(relayed), fd: ring.fd };
        tap = { ...opened, journal: kept === null ? journal : fetchFile(journal), hasFailed: false };
        control(EPOLL_CTL_ADD, ring.fd, EPOLLIN | EPOLLET);
        prioritise("calm");
      }
      if (order.do === "keep") {
        separateFiles();
        closeCopies();
        kept = order.links;
        report({ says: "kept" });
      }
      if (order.do === "stopTap") stopTap();
      if (order.do === "end") {
        for (const link of kept ?? []) closeSync(link);
        closeSync(epoll);
        return listeners.close();
      }
    }
  }
}

self.addEventListener("message", ({ data }: MessageEvent<DrainOrder>) => {
  orders.push(data);
  ordered();
});

await run();
report({ says: "ended" });
