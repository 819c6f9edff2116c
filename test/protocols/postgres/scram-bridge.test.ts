/** The client's side is node-postgres's own, with a certificate to bind to; the server is a real one that knows of none. */
import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { serialize } from "pg-protocol";
import { Passwords } from "../../../src/core/passwords.ts";
import { blindReason, ScramBridge } from "../../../src/protocols/postgres/scram-bridge.ts";
import { PostgresCertificates } from "../../support/postgres-certificates.ts";
import { startPostgres } from "../../support/postgres-server.ts";
import { told } from "../../support/postgres-talk.ts";

interface ClientSession {
  readonly mechanism: string;
  readonly response: string;
}
interface Sasl {
  startSession(mechanisms: readonly string[], stream: unknown): ClientSession;
  continueSession(session: ClientSession, password: string, said: string, stream: unknown): Promise<void>;
  finalizeSession(session: ClientSession, said: string): void;
}
const sasl = (await import(`${import.meta.dir}/../../../node_modules/pg/lib/crypto/sasl.js`)) as unknown as Sasl;

const der = (): Uint8Array => {
  using certificates = new PostgresCertificates();
  return Bun.spawnSync(["openssl", "x509", "-in", certificates.certificate, "-outform", "DER"]).stdout;
};
const raw = der();
const stream = { getPeerCertificate: () => ({ raw }) };
const offer = told("R", { int32: 10 }, "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", 0);

/** What goes on in place of these bytes when they come cut into pieces of `cut`, and why nothing can be read. */
const pass = (bridge: ScramBridge, from: "client" | "server", bytes: Uint8Array, cut: number) => {
  const out: Uint8Array[] = [];
  const blind: string[] = [];
  for (let at = 0; at < bytes.length; at += cut) {
    const piece = new Uint8Array(bytes.subarray(at, at + cut));
    const steps = bridge.pass({ from, bytes: piece, at: 0 });
    out.push(steps.find((step) => step.do === "replace")?.bytes ?? piece);
    blind.push(...steps.flatMap((step) => (step.do === "blind" ? [step.reason] : [])));
  }
  return { bytes: Buffer.concat(out), blind };
};

const answerOf = async (socket: Socket, said: Uint8Array): Promise<Buffer> => {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  socket.once("data", resolve);
  socket.write(said);
  return await promise;
};

const authenticate = async (port: number, bridge: ScramBridge, cut: number, password = "secret") => {
  const socket = connect({ port, host: "127.0.0.1" });
  const blind: string[] = [];
  const say = async (bytes: Uint8Array): Promise<Buffer> => {
    const forth = pass(bridge, "client", bytes, cut);
    const answer = await answerOf(socket, forth.bytes);
    const back = pass(bridge, "server", answer, cut);
    blind.push(...forth.blind, ...back.blind);
    return back.bytes;
  };
  try {
    await say(serialize.startup({ user: "app", database: "shop" }));
    const session = sasl.startSession(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], stream);
    const first = await say(serialize.sendSASLInitialResponseMessage(session.mechanism, session.response));
    await sasl.continueSession(session, password, first.toString("latin1", 9), stream);
    const last = await say(serialize.sendSCRAMClientFinalMessage(session.response));
    if (last[0] !== 0x45) sasl.finalizeSession(session, last.toString("latin1", 9, 1 + last.readInt32BE(1)));
    return { mechanism: session.mechanism, last: String.fromCharCode(last[0] ?? 0), isOver: bridge.isOver, blind };
  } finally {
    socket.destroy();
  }
};

test("a client that binds to our certificate is let in by a server that has another, and believes it", async () => {
  await using server = await startPostgres();
  for (const cut of [100_000, 7, 1]) {
    const bridge = new ScramBridge(new Passwords(["HOME=/root", `URL=${server.url}`]));
    expect(await authenticate(server.port, bridge, cut)).toEqual({ mechanism: "SCRAM-SHA-256-PLUS", last: "R", isOver: true, blind: [] }); // prettier-ignore
  }
  const stranger = new ScramBridge(new Passwords(["HOME=/root"]));
  expect(await authenticate(server.port, stranger, 100_000)).toEqual({ mechanism: "SCRAM-SHA-256-PLUS", last: "E", isOver: true, blind: [blindReason] }); // prettier-ignore
}, 30_000);

test("a client that binds nothing passes unchanged, and so does all that follows", () => {
  const bridge = new ScramBridge(new Passwords(["PGPASSWORD=secret"]));
  const plain = sasl.startSession(["SCRAM-SHA-256"], null);
  const turns: readonly (readonly ["client" | "server", Uint8Array])[] = [
    ["client", serialize.startup({ user: "app", database: "shop" })],
    ["server", offer],
    ["client", serialize.sendSASLInitialResponseMessage(plain.mechanism, plain.response)],
    ["server", told("R", { int32: 0 })],
    ["client", Buffer.from([0x51, 0, 0])],
  ];
  for (const [from, bytes] of turns) expect(pass(bridge, from, bytes, 100_000).bytes).toEqual(Buffer.from(bytes));
  expect(bridge.isOver).toBe(true);
});

test("where no password can be known, the client is left to the server and said to be unreadable", () => {
  const bridge = new ScramBridge(new Passwords([]));
  const session = sasl.startSession(["SCRAM-SHA-256-PLUS"], stream);
  const asked = serialize.sendSASLInitialResponseMessage(session.mechanism, session.response);
  pass(bridge, "client", serialize.startup({ user: "app" }), 100_000);
  expect(pass(bridge, "client", asked, 100_000)).toEqual({ bytes: Buffer.from(asked), blind: [blindReason] });
  expect(bridge.isOver).toBe(true);
});

test("what is no start-up is none of its business", () => {
  const bridge = new ScramBridge(new Passwords(["PGPASSWORD=secret"]));
  const bytes = Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  expect(pass(bridge, "client", bytes, 100_000).bytes).toEqual(bytes);
  expect(bridge.isOver).toBe(true);
});
