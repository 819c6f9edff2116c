/** A stand-in for the proxy, for tests of the kernel's redirect: each listener says where its client wanted to go. */
import { type End, type Kernel, openKernel } from "../../src/capture/kernel.ts";
import type { ProxyPorts } from "../../src/core/proxy-ports.ts";
import { Inhabited } from "./captured.ts";

/** Where the kernel says that a client of ours wanted to go. */
export interface Arrival {
  readonly at: "tcp" | "dns" | "sink";
  readonly address: string;
  readonly port: number;
}

/** What is asked of the resolver becomes what it answers; `null` answers nothing. */
export type Answer = (question: Buffer) => Uint8Array | null;

interface Setting {
  readonly mode: "redirect" | "record";
  readonly refusing: readonly End[];
}

/** The redirect on a cgroup, with sockets of ours behind it. */
export class Redirected extends Inhabited {
  readonly arrivals: (Arrival | null)[] = [];
  /** Which process opened each connection that arrived. */
  readonly pids: (number | null)[] = [];
  #kernel: Kernel | null = null;
  readonly #closers: (() => void)[] = [];
  readonly #answer: Answer;
  readonly #passThroughPorts: readonly number[];
  readonly #setting: Setting;

  private constructor(answer: Answer, passThroughPorts: readonly number[], setting: Setting) {
    super();
    this.#answer = answer;
    this.#passThroughPorts = passThroughPorts;
    this.#setting = setting;
  }

  static async open(
    answer: Answer = (question) => question,
    passThroughPorts: readonly number[] = [],
    mode: "redirect" | "record" = "redirect",
    refusing: readonly End[] = [],
  ): Promise<Redirected> {
    const redirected = new Redirected(answer, passThroughPorts, { mode, refusing });
    await redirected.#open();
    return redirected;
  }

  get kernel(): Kernel {
    if (this.#kernel === null) throw new Error("not open");
    return this.#kernel;
  }

  async #open(): Promise<void> {
    const redirect: ProxyPorts = {
      port4: this.#listen("127.0.0.1"),
      port6: this.#listen("::1"),
      dnsPort4: await this.#datagrams("127.0.0.1", "dns"),
      dnsPort6: await this.#datagrams("::1", "dns"),
      sinkPort4: await this.#datagrams("127.0.0.1", "sink"),
      sinkPort6: await this.#datagrams("::1", "sink"),
    };
    const passThroughPorts = this.#passThroughPorts;
    this.#kernel = openKernel({ cgroupFd: this.cgroup.fd, ...this.#setting, redirect, passThroughPorts });
  }

  #listen(hostname: string): number {
    const server = Bun.listen({
      hostname,
      port: 0,
      socket: {
        open: (socket) => {
          const origin = this.kernel.originOf(socket.remoteAddress, socket.remotePort, "tcp");
          this.arrivals.push(origin === null ? null : { at: "tcp", address: origin.address, port: origin.port });
          if (origin !== null) this.pids.push(origin.pid);
          socket.end(`${origin?.address} ${origin?.port}`);
        },
        data: () => {},
      },
    });
    this.#closers.push(() => server.stop(true));
    return server.port;
  }

  async #datagrams(hostname: string, at: "dns" | "sink"): Promise<number> {
    const socket = await Bun.udpSocket({
      hostname,
      port: 0,
      socket: {
        data: (self, bytes, port, address) => {
          const origin = this.kernel.originOf(address, port, "udp");
          this.arrivals.push(origin === null ? null : { at, address: origin.address, port: origin.port });
          const answer = at === "dns" ? this.#answer(bytes) : null;
          if (answer !== null) self.send(answer, port, address);
        },
      },
    });
    this.#closers.push(() => socket.close());
    return socket.port;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#kernel?.close();
    for (const close of this.#closers) close();
  }
}
