/**
 * Two lines and what goes between them: bytes in order, backpressure both ways, a FIN behind the last byte, a reset as a
 * reset. Its owner (forward.ts) says what goes on, and may put TLS in the place of a line.
 *
 * It reads nothing and connects nowhere.
 */
import type { Side } from "../core/protocol.ts";
import type { Line } from "./line.ts";
import { StillLine } from "./leaving.ts";
import { highWaterBytes, Outlet } from "./outlet.ts";
import type { Ear } from "./relay.ts";

/** What its owner hears. */
export interface PumpEvents {
  /** `bytes` are overwritten after the call; what shall go on is handed to `pass`. */
  readonly data: (from: Side, bytes: Uint8Array) => void;
  /** A FIN came; called before it is passed on, once for each side. */
  readonly ended: (from: Side) => void;
  /** The line of that side is gone. */
  readonly closed: (from: Side, isReset: boolean) => void;
}

interface End {
  readonly line: Line;
  readonly outlet: Outlet;
}

/** Both lines, held still: to go on as if nothing had been, or to be left. */
export interface Still {
  release(): void;
  drop(): void;
}

const other = (side: Side): Side => (side === "client" ? "server" : "client");

export class Pump {
  readonly #events: PumpEvents;
  readonly #ends: Record<Side, End | null> = { client: null, server: null };
  readonly #hasEnded = new Set<Side>();
  #onEmpty: (() => void) | null = null;
  #isHeld = false;
  #isStill = false;

  constructor(events: PumpEvents) {
    this.#events = events;
  }

  /** This line is that side's from here on; it is read as soon as there is another to hand things to. */
  attach(side: Side, line: Line): void {
    const end: End = { line, outlet: new Outlet(line) };
    this.#ends[side] = end;
    line.data.ear = this.#earOf(side, end);
    const far = this.#ends[other(side)];
    if (far === null) return line.pause();
    this.#readBoth();
    // A FIN that came before there was anybody to pass it on to.
    if (this.#hasEnded.has(other(side))) end.outlet.finish();
    if (this.#hasEnded.has(side)) far.outlet.finish();
  }

  /** Reads no more of either side, whatever room there is to pass it on to, until `release`. */
  hold(): void {
    this.#isHeld = true;
    for (const end of [this.#ends.client, this.#ends.server]) end?.line.pause();
  }

  release(): void {
    this.#isHeld = false;
    if (this.#ends.client !== null && this.#ends.server !== null) this.#readBoth();
  }

  /** Takes that side's line out, held up and unheard. */
  detach(side: Side): Line | null {
    const line = this.#ends[side]?.line ?? null;
    this.#ends[side] = null;
    if (line === null) return null;
    line.data.ear = null;
    line.pause();
    return line;
  }

  /** Hands on what is taken at once, and keeps a copy of the rest. */
  pass(from: Side, bytes: Uint8Array): void {
    const to = this.#ends[other(from)];
    if (to === null || bytes.length === 0) return;
    const sent = to.outlet.offer(bytes);
    if (sent < bytes.length) to.outlet.keep(Uint8Array.prototype.slice.call(bytes, sent));
    if (to.outlet.waitingBytes > highWaterBytes) this.#ends[from]?.line.pause();
  }

  /** Calls back once nothing waits to be sent: at once, or when it is. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback;
    this.#tellIfEmpty();
  }

  /** Both lines held still, if nothing of either waits here and both may still speak; otherwise null. */
  still(): Still | null {
    const { client, server } = this.#ends;
    if (client === null || server === null || this.#hasEnded.size > 0 || this.#isHeld) return null;
    const isWaiting = [client, server].some(({ outlet }) => outlet.waitingBytes > 0 || outlet.isFinished);
    if (isWaiting) return null;
    this.#isStill = true;
    const lines = [new StillLine(client.line), new StillLine(server.line)];
    return {
      drop: () => {
        for (const line of lines) line.drop();
      },
      release: () => {
        this.#isStill = false;
        for (const line of lines) line.release();
        if (this.#ends.client !== null && this.#ends.server !== null) this.#readBoth();
      },
    };
  }

  /** Resets the lines that it has. */
  terminate(): void {
    for (const end of [this.#ends.client, this.#ends.server]) end?.line.terminate();
  }

  /** Neither side has a line. */
  get isEmpty(): boolean {
    return this.#ends.client === null && this.#ends.server === null;
  }

  #readBoth(): void {
    this.#read("server");
    this.#read("client");
  }

  /** As long as the other side takes it, and nobody holds it. */
  #read(side: Side): void {
    const waiting = this.#ends[other(side)]?.outlet.waitingBytes ?? 0;
    if (this.#isHeld || this.#isStill || waiting > highWaterBytes) this.#ends[side]?.line.pause();
    else this.#ends[side]?.line.resume();
  }

  #earOf(side: Side, end: End): Ear {
    return {
      data: (bytes) => this.#events.data(side, bytes),
      drain: () => {
        end.outlet.flush();
        this.#read(other(side));
        this.#tellIfEmpty();
      },
      end: () => this.#ended(side),
      close: (isReset) => this.#closed(side, isReset),
    };
  }

  #ended(from: Side): void {
    if (this.#hasEnded.has(from)) return;
    this.#events.ended(from);
    this.#hasEnded.add(from);
    const line = this.#ends[from]?.line;
    this.#ends[other(from)]?.outlet.finish(line !== undefined && "isTruncated" in line && line.isTruncated === true);
  }

  #closed(side: Side, isReset: boolean): void {
    if (isReset) this.#ends[other(side)]?.line.terminate();
    else this.#ended(side);
    this.#ends[side] = null;
    this.#onEmpty = null;
    this.#events.closed(side, isReset);
  }

  #tellIfEmpty(): void {
    const { client, server } = this.#ends;
    if (this.#onEmpty === null || (client?.outlet.waitingBytes ?? 0) + (server?.outlet.waitingBytes ?? 0) > 0) return;
    const callback = this.#onEmpty;
    this.#onEmpty = null;
    callback();
  }
}
