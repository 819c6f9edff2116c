/**
 * Turns any line into a Bun socket, so that TLS may be spoken over it: what is sent over a private pair of Unix sockets comes
 * out of the line, and the other way round. Half-close and backpressure are kept, a reset is passed on as an end.
 *
 * The pair has an abstract name for a moment; a stranger who connects to it first does not know the token and is dropped.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Line } from "../line.ts";
import { highWaterBytes, Outlet } from "../outlet.ts";
import { relayHandlers, type RelaySocket } from "../relay.ts";

/** A socket that stands for `line`, whose ear is taken. Rejects where the system gives no sockets. */
export const bridge = async (line: Line): Promise<RelaySocket> => {
  const [near, far] = await socketPair();
  join(line, near);
  return far;
};

const tokenBytes = 32;

const socketPair = async (): Promise<[RelaySocket, RelaySocket]> => {
  const unix = `\0reprise-${randomBytes(16).toString("hex")}`;
  const token = randomBytes(tokenBytes);
  const accepted = Promise.withResolvers<RelaySocket>();
  const listener = Bun.listen({
    unix,
    allowHalfOpen: true,
    data: { ear: null },
    socket: relayHandlers((socket) => expectToken(socket, token, () => accepted.resolve(socket))),
  });
  try {
    const far = await Bun.connect({ unix, allowHalfOpen: true, data: { ear: null }, socket: relayHandlers(() => {}) });
    far.write(token);
    return [await accepted.promise, far];
  } finally {
    listener.stop();
  }
};

const expectToken = (socket: RelaySocket, token: Uint8Array, known: () => void): void => {
  let said = Buffer.alloc(0);
  const drop = (): void => void socket.terminate();
  socket.data.ear = {
    data(bytes) {
      said = Buffer.concat([said, bytes]);
      if (said.length < tokenBytes) return;
      socket.data.ear = null;
      if (said.length === tokenBytes && timingSafeEqual(said, token)) known();
      else drop();
    },
    drain() {},
    end: drop,
    close() {},
  };
};

const join = (a: Line, b: Line): void => {
  const toA = new Outlet(a);
  const toB = new Outlet(b);
  hear(a, toA, b, toB);
  hear(b, toB, a, toA);
};

const hear = (line: Line, own: Outlet, other: Line, outlet: Outlet): void => {
  line.data.ear = {
    data(bytes) {
      const sent = outlet.offer(bytes);
      outlet.keep(Uint8Array.prototype.slice.call(bytes, sent));
      if (outlet.waitingBytes > highWaterBytes) line.pause();
    },
    drain() {
      own.flush();
      if (own.waitingBytes <= highWaterBytes) other.resume();
    },
    end: () => outlet.finish(),
    close(isReset) {
      if (isReset) other.terminate();
      else outlet.finish();
    },
  };
};
