/**
 * One relay per connection; relays own every socket, and nothing else in Reprise touches one of the app's connections.
 *
 * Two modes: forward.ts hands bytes on to the real destination and journals them; answer.ts speaks in its place. What both
 * keep to, each with a test of its number:
 *
 *  1. Transparent: bytes go on unaltered, in order, and before anything of ours looks at them once it is settled that no
 *     TLS begins among them.
 *  2. A parser's failure is local: a session that throws is dropped, and no other connection notices.
 *  3. Pass-through at any time: a journal may fail or be dropped in mid-stream; the bytes go on.
 *  4. Half an exchange is nothing: what a dropped session had begun is neither emitted nor answered.
 *  5. Memory per connection is bounded: one read and a high-water mark each way, and a budget for the session.
 *  6. Half-close is kept: a FIN passes on behind the last byte, and the other direction stays open.
 *  7. Backpressure both ways: while a reader is slow, the writer is not read.
 *  8. Answering never connects anywhere.
 *  9. Failure looks like the real one: a refused or reset far end is a reset here, never a clean end.
 * 10. Strangers are not served: a connection whose destination is not known is reset and counted.
 * 11. What was opened is closed: no socket and no timer outlives the relay.
 * 12. What one end sealed goes to the other sealed: no plain text ever goes on over a line that was promised TLS.
 * 13. The server is asked first: nothing is said to a client in its name before it has answered.
 * 14. What TLS cannot be taken apart is passed on as it is, with the reason; whoever refuses us once is left alone.
 */
import type { Socket, SocketHandler } from "bun";

/** What a relay hears from a socket that it owns. */
export interface Ear {
  /** `bytes` are overwritten after the call. */
  data(bytes: Uint8Array): void;
  /** The kernel takes bytes again. */
  drain(): void;
  /** A FIN came. */
  end(): void;
  /** The socket is gone; `isReset` tells a failure from the end of both directions. */
  close(isReset: boolean): void;
}

/** A socket that knows its relay. */
export type RelaySocket = Socket<{ ear: Ear | null }>;

/** Its number as the kernel has it; a socket of Bun's has one that its types lack. */
export const descriptorOf = (socket: RelaySocket): number | null =>
  "fd" in socket && typeof socket.fd === "number" && socket.fd >= 0 ? socket.fd : null;

/** One connection in our hands. */
export interface Relay {
  /** Resets the connection and forgets it. */
  abort(): void;
}

/** Milliseconds since the epoch with a fraction: when a chunk was read. */
export const readAt = (): number => performance.timeOrigin + performance.now();

/** Bun's callbacks for a socket whose relay is in `data.ear`. `opened` gives it one; without one the socket is mute. */
export const relayHandlers = (opened: (socket: RelaySocket) => void): SocketHandler<{ ear: Ear | null }, "buffer"> => ({
  binaryType: "buffer",
  open(socket) {
    // A listener hands the same value to every socket that it accepts.
    socket.data = { ear: null };
    opened(socket);
  },
  data: (socket, bytes) => socket.data.ear?.data(bytes),
  drain: (socket) => socket.data.ear?.drain(),
  end: (socket) => socket.data.ear?.end(),
  close(socket, error) {
    const ear = socket.data.ear;
    socket.data.ear = null;
    ear?.close(error !== undefined && error !== null);
  },
  // A failing socket is closed next, and `close` says why.
  error: () => {},
});
