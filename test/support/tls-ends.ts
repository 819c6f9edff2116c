/**
 * What the TLS tests stand on: an authority with a leaf in files for peers that are not ours, a listener whose connections
 * answer TLS by our own code, and an ear that keeps what it hears.
 */
import { createAuthority, type Leaf } from "../../src/proxy/tls/authority.ts";
import type { Line } from "../../src/proxy/line.ts";
import { serveTls, type TlsLine } from "../../src/proxy/tls/tls-line.ts";
import { Outlet } from "../../src/proxy/outlet.ts";
import { type RelaySocket, relayHandlers } from "../../src/proxy/relay.ts";
import { Folder } from "./folder.ts";

export const authority = createAuthority({ name: "Test CA", instants: [Date.now()] });
export const leaf: Leaf = authority.leaf({
  names: ["shop.example", "localhost"],
  addresses: ["127.0.0.1"],
  fault: "none",
});

/** A folder with ca.pem, leaf.pem (chain) and key.pem. */
export const certificateFolder = (shown: Leaf = leaf): Folder => {
  const folder = new Folder();
  folder.write("ca.pem", authority.certificate);
  folder.write("leaf.pem", shown.certificate);
  folder.write("key.pem", shown.key);
  return folder;
};

/** Runs a program to its end and gives what it wrote; its errors where it failed. */
export const run = async (cwd: string, ...command: string[]): Promise<string> => {
  const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 60_000 });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return `${out}${(await child.exited) === 0 ? "" : error}`;
};

/** What an ear heard, in a form to compare. */
export class Listening {
  readonly said: Buffer[] = [];
  readonly events: string[] = [];
  readonly closed = Promise.withResolvers<void>();
  readonly ended = Promise.withResolvers<void>();
  onData: (bytes: Uint8Array) => void = () => {};
  onDrain: () => void = () => {};
  onEnd: () => void = () => {};

  constructor(line: Line) {
    line.data.ear = {
      data: (bytes) => {
        this.said.push(Buffer.from(bytes));
        this.onData(bytes);
      },
      drain: () => this.onDrain(),
      end: () => {
        this.events.push("end");
        this.onEnd();
        this.ended.resolve();
      },
      close: (isReset) => {
        this.events.push(isReset ? "reset" : "close");
        this.closed.resolve();
      },
    };
  }

  get text(): string {
    return Buffer.concat(this.said).toString();
  }
}

export interface TlsListener extends Disposable {
  readonly port: number;
}

/** Accepts connections and answers TLS on each, its first bytes read and handed over as `early`. */
export const listenTls = (
  accepted: (line: TlsLine) => void,
  options: { leaf?: Leaf; alpn?: string | null; keyLog?: (line: string) => void; asksCertificate?: boolean } = {},
): TlsListener => {
  const listener = listenRaw((socket) => {
    socket.data.ear = {
      data: (bytes) =>
        accepted(
          serveTls(socket, {
            leaf: options.leaf ?? leaf,
            alpn: options.alpn ?? null,
            early: Uint8Array.from(bytes),
            asksCertificate: options.asksCertificate === true,
            groups: "classical",
            keyLog: options.keyLog ?? null,
          }),
        ),
      drain() {},
      end() {},
      close() {},
    };
  });
  return listener;
};

export const listenRaw = (accepted: (socket: RelaySocket) => void): TlsListener => {
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    data: { ear: null },
    socket: relayHandlers(accepted),
  });
  return { port: listener.port, [Symbol.dispose]: () => listener.stop(true) };
};

export const connectRaw = (port: number): Promise<RelaySocket> =>
  Bun.connect({
    hostname: "127.0.0.1",
    port,
    allowHalfOpen: true,
    data: { ear: null },
    socket: relayHandlers(() => {}),
  });

/** Sends everything back, as fast as it is taken, and ends when the far end has. */
export const echo = (line: Line): Listening => {
  const listening = new Listening(line);
  const outlet = new Outlet(line);
  listening.onData = (bytes) => {
    listening.said.length = 0;
    const sent = outlet.offer(bytes);
    outlet.keep(Uint8Array.prototype.slice.call(bytes, sent));
    if (outlet.waitingBytes > 256 * 1024) line.pause();
  };
  listening.onDrain = () => {
    outlet.flush();
    if (outlet.waitingBytes <= 256 * 1024) line.resume();
  };
  listening.onEnd = () => outlet.finish();
  return listening;
};
