/**
 * A recording proxy between real clients and real servers: everything redirected to one port of loopback, what is journaled
 * kept and decoded as the recorder does.
 */
import { type Exchange } from "../../src/core/exchange.ts";
import { type Peer, type Side } from "../../src/core/protocol.ts";
import { Conversation, type Told } from "../../src/proxy/conversation.ts";
import { type ForwardingOptions } from "../../src/proxy/forward-gate.ts";
import { type JournalNote, type ProxyJournal } from "../../src/proxy/journal.ts";
import { type Proxy, startProxy } from "../../src/proxy/listener.ts";
import { Refusals } from "../../src/proxy/refusals.ts";
import { createAuthority } from "../../src/proxy/tls/authority.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { type Folder } from "./folder.ts";
import { certificateFolder } from "./tls-ends.ts";
import { tlsOptions } from "./tls-options.ts";

/** Stands for the world's authorities: servers have their certificates from it. */
export const realAuthority = createAuthority({ name: "Real CA", instants: [Date.now()] });

/**
 * A folder with ca.pem (our authority), real-ca.pem, both.pem, and what servers show: real.pem with real-key.pem for
 * shop.example and 127.0.0.1.
 */
export const forwardFolder = (): Folder => {
  const folder = certificateFolder();
  const real = realAuthority.leaf({ names: ["shop.example", "localhost"], addresses: ["127.0.0.1"], fault: "none" });
  folder.write("real-ca.pem", realAuthority.certificate);
  folder.write("real.pem", real.certificate);
  folder.write("real-key.pem", real.key);
  return folder;
};

/** A server in a process of its own, which prints its port; what it prints later is kept. */
export class ServerProcess implements Disposable {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "inherit">;
  readonly port: Promise<number>;
  #text = "";
  #onMore = (): void => {};

  constructor(cwd: string, ...command: string[]) {
    this.#child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    void this.#read();
    this.port = this.until(/^(\d+)\n/).then(Number);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stdout) {
      this.#text += decoder.decode(bytes, { stream: true });
      this.#onMore();
    }
  }

  /** The first group of what matches, as soon as it is printed. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) return found[1] ?? found[0];
      await new Promise<void>((resolve) => (this.#onMore = resolve));
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

type Entry =
  | { readonly note: JournalNote }
  | { readonly from: Side; readonly text: string }
  | { readonly end: Side }
  | { readonly closed: "clean" | "reset" };

/** One connection as it was journaled and as the recorder would decode it. */
export class Journaled {
  readonly entries: Entry[] = [];
  readonly emitted: { readonly exchange: Exchange<unknown>; readonly protocol: string; readonly peer: Peer }[] = [];
  readonly unread: string[] = [];
  readonly closed = Promise.withResolvers<void>();
  readonly #conversation: Conversation;

  constructor(address: string, port: number) {
    const peer: Peer = {
      host: address,
      address,
      port,
      connection: "c",
      direction: "outgoing",
      transport: "tcp",
      isTls: false,
    };
    this.#conversation = new Conversation({
      protocols,
      fallback,
      peer,
      open: (protocol, inner) => protocol.record(inner),
      budgetBytes: 1 << 30,
      expectedFor: () => null,
      isTlsFor: () => false,
      tls: "unread",
    });
    this.#act(this.#conversation.start());
  }

  get notes(): JournalNote[] {
    return this.entries.flatMap((entry) => ("note" in entry ? [entry.note] : []));
  }

  get text(): string {
    return this.entries.map((entry) => ("text" in entry ? entry.text : "")).join("");
  }

  note(note: JournalNote): void {
    this.entries.push({ note });
    if ("unread" in note) this.unread.push(note.unread);
    else if (note.isTls) this.#act(this.#conversation.secured(note.host));
  }

  goesOn(): void {}

  left(): void {}

  data(from: Side, bytes: Uint8Array): void {
    this.entries.push({ from, text: Buffer.from(bytes).toString("latin1") });
    this.#act(this.#conversation.data({ from, bytes: Uint8Array.from(bytes), at: 1 }));
  }

  end(from: Side): void {
    this.entries.push({ end: from });
    this.#act(this.#conversation.end(from));
  }

  close(isReset: boolean): void {
    this.entries.push({ closed: isReset ? "reset" : "clean" });
    this.#act(this.#conversation.settle());
    this.closed.resolve();
  }

  #act(steps: readonly Told[]): void {
    for (const step of steps) {
      if (step.do === "emit") this.emitted.push({ ...step, protocol: step.protocol.name });
      if (step.do === "unread") this.unread.push(step.reason);
    }
  }
}

export interface Forwarded extends AsyncDisposable {
  readonly proxy: Proxy;
  readonly port: number;
  /** In the order in which they were opened. */
  readonly connections: Journaled[];
  readonly clear: string[];
  readonly refusals: Refusals;
  readonly keyLog: string[];
}

/** A proxy that takes every connection for one to `port` of 127.0.0.1. */
export const forwarded = async (port: number, options: Partial<ForwardingOptions> = {}): Promise<Forwarded> => {
  const connections: Journaled[] = [];
  const clear: string[] = [];
  const keyLog: string[] = [];
  const refusals = new Refusals();
  const journal: ProxyJournal = {
    open: ({ server }) => {
      const journaled = new Journaled(server.address, server.port);
      connections.push(journaled);
      return journaled;
    },
  };
  const proxy = await startProxy({
    mode: "forward",
    protocols,
    fallback,
    originOf: () => ({ address: "127.0.0.1", port }),
    journal,
    learnClear: (address, to) => void clear.push(`${address}:${to}`),
    departures: null,
    blindReason: async () => null,
    pinnedIn: async () => null,
    refusals,
    tls: tlsOptions([realAuthority.certificate], (line) => void keyLog.push(line)),
    surroundings: [],
    budgetBytes: 1 << 20,
    ...options,
  });
  const close = (): Promise<void> => proxy.close();
  return {
    proxy,
    port: proxy.ports.port4,
    connections,
    clear,
    refusals,
    keyLog,
    [Symbol.asyncDispose]: close,
  };
};
