/**
 * The smallest client of a PostgreSQL server that trusts it, on pg-protocol: an encoder and a decoder that are not ours.
 * For tests that need to choose formats or to send messages in an order that no driver would.
 */
import { connect, type Socket } from "node:net";
import { Parser } from "pg-protocol/dist/parser.js";
import { serialize } from "pg-protocol";

/** A message as pg-protocol reads it: `name` and whatever it carries. */
export type Told = { readonly name: string } & Readonly<Record<string, unknown>>;

export interface RawClient extends Disposable {
  /** Sends these bytes and gives what came back up to ReadyForQuery, or up to the end of the connection. */
  round(...messages: readonly Uint8Array[]): Promise<Told[]>;
}

/** Resolves once the server is ready for queries. */
export const connectRaw = async (port: number, user = "app", database = "shop"): Promise<RawClient> => {
  const socket: Socket = connect({ port, host: "127.0.0.1" });
  const parser = new Parser();
  const told: Told[] = [];
  let done: (() => void) | null = null;
  socket.on("data", (bytes: Buffer) => {
    parser.parse(bytes, (message) => {
      told.push(message as unknown as Told);
      if (message.name === "readyForQuery") done?.();
    });
  });
  socket.on("error", () => done?.());
  socket.on("close", () => done?.());
  const round = async (...messages: readonly Uint8Array[]): Promise<Told[]> => {
    const over = new Promise<void>((resolve) => (done = resolve));
    for (const message of messages) socket.write(message);
    await over;
    return told.splice(0);
  };
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  await round(serialize.startup({ user, database }));
  return { round, [Symbol.dispose]: () => void socket.destroy() };
};
