/**
 * Where the redirected connections and datagrams of the app arrive: TCP listeners, and in replay resolver and sink sockets,
 * on loopback, for IPv4 and (where the machine has it) IPv6.
 *
 * What becomes of each is the gate's business: answer-gate.ts in replay, forward-gate.ts while recording.
 */
import { EnvironmentError } from "../core/errors.ts";
import type { ProxyPorts } from "../core/proxy-ports.ts";
import { AnswerGate, type AnsweringOptions } from "./answer-gate.ts";
import { openResolver, openSink } from "./datagrams.ts";
import { ForwardGate, type ForwardingOptions } from "./forward-gate.ts";
import { relayHandlers, type RelaySocket } from "./relay.ts";

export type ProxyOptions = AnsweringOptions | ForwardingOptions;

export interface Proxy extends AsyncDisposable {
  readonly ports: ProxyPorts;
  /** Connections and datagrams that came from outside the app and were refused. */
  readonly strangers: number;
  /** Datagrams that nobody answers, by the `address:port` that they were sent to. */
  readonly dropped: ReadonlyMap<string, number>;
  /** In replay: what the pools give may be another, so sessions that asked to be told are woken. */
  nudge(): void;
  /** Resets what is open and frees every port. */
  close(): Promise<void>;
}

/** What comes over TCP. */
interface Gate {
  readonly strangers: number;
  accept(client: RelaySocket): void;
  close(): void;
}

/** Opens all sockets; throws `EnvironmentError` where not even IPv4 loopback can be listened on. */
export const startProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const answering = options.mode === "answer" ? new AnswerGate(options) : null;
  const gate: Gate = options.mode === "forward" ? new ForwardGate(options) : (answering as AnswerGate);
  const closers: (() => void)[] = [() => gate.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0)) closer();
  };
  try {
    const stream = {
      port4: await required("TCP", () => listen(gate, "127.0.0.1", closers)),
      port6: await optional(() => listen(gate, "::1", closers)),
    };
    const ports = { ...noDatagrams, ...stream, ...(answering === null ? {} : await datagrams(answering, closers)) };
    return {
      ports,
      get strangers() {
        return gate.strangers;
      },
      dropped: answering?.dropped ?? new Map(),
      nudge: () => answering?.nudge(),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const noDatagrams = { dnsPort4: 0, dnsPort6: 0, sinkPort4: 0, sinkPort6: 0 };

const listen = (gate: Gate, hostname: string, closers: (() => void)[]): number => {
  const data = { ear: null };
  const socket = relayHandlers((client) => gate.accept(client));
  const listener = Bun.listen({ hostname, port: 0, allowHalfOpen: true, data, socket });
  closers.push(() => listener.stop(true));
  return listener.port;
};

const datagrams = async (gate: AnswerGate, closers: (() => void)[]): Promise<typeof noDatagrams> => {
  const resolver = async (hostname: string): Promise<number> => {
    const opened = await openResolver(hostname, (bytes, address, port, reply) => gate.ask(bytes, address, port, reply));
    closers.push(opened.close);
    return opened.port;
  };
  const sink = async (hostname: string): Promise<number> => {
    const opened = await openSink(hostname, (address, port) => gate.drop(address, port));
    closers.push(opened.close);
    return opened.port;
  };
  return {
    dnsPort4: await required("UDP", () => resolver("127.0.0.1")),
    dnsPort6: await optional(() => resolver("::1")),
    sinkPort4: await required("UDP", () => sink("127.0.0.1")),
    sinkPort6: await optional(() => sink("::1")),
  };
};

const required = async (what: string, open: () => number | Promise<number>): Promise<number> => {
  try {
    return await open();
  } catch (cause) {
    const hint = "Is the loopback interface up? `ip link set lo up` mends it.";
    throw new EnvironmentError("environment.port", `no ${what} port could be opened on 127.0.0.1`, { hint, cause });
  }
};

/** A machine without IPv6 has nobody who would come this way. */
const optional = async (open: () => number | Promise<number>): Promise<number> => {
  try {
    return await open();
  } catch {
    return 0;
  }
};
