/** A stand-in for the relay of incoming TLS, for tests of the kernel's steering: hands on what comes, and says whose it is. */
import { closeSync } from "node:fs";
import type { Socket } from "bun";
import { openSteering, type SteeredEnd, type Steering } from "../../src/capture/steer.ts";
import { openOwnCgroup } from "../../src/target/own-cgroup.ts";
import { Tapped } from "./captured.ts";

/** Whom a client that came to us wanted. */
export interface Steered {
  readonly client: SteeredEnd;
  readonly to: SteeredEnd;
}

type Pair = { far: Socket<Pair> | null };

/** The tap and the steering on a cgroup, with listeners that relay to the app. */
export class SteeredApp extends Tapped {
  readonly arrivals: Steered[] = [];
  readonly steering: Steering;
  readonly #listeners: Bun.TCPSocketListener<Pair>[];

  constructor() {
    super({ isSteering: true });
    const ownCgroupFd = openOwnCgroup();
    const { ownFlows } = this.kernel;
    if (ownFlows === null) throw new Error("the kernel was not opened to steer");
    this.steering = openSteering({ appCgroupFd: this.cgroup.fd, ownCgroupFd, ownFlows });
    closeSync(ownCgroupFd);
    this.#listeners = ["127.0.0.1", "::1"].map((hostname) => this.#listen(hostname));
    const [fd4 = -1, fd6 = -1] = this.#listeners.map((listener) => (listener as unknown as { fd: number }).fd);
    this.steering.take({ fd4, fd6 });
  }

  #listen(hostname: string): Bun.TCPSocketListener<Pair> {
    return Bun.listen<Pair>({
      hostname,
      port: 0,
      data: { far: null },
      socket: {
        open: (client) => void this.#accept(client),
        data: (client, bytes) => void client.data.far?.write(bytes),
        close: (client) => void client.data.far?.end(),
      },
    });
  }

  async #accept(client: Socket<Pair>): Promise<void> {
    client.data = { far: null };
    const plain = (address: string) => address.replace("::ffff:", "");
    const from = { address: plain(client.remoteAddress), port: client.remotePort };
    const to = { address: plain(client.localAddress), port: client.localPort };
    this.arrivals.push({ client: from, to });
    const { address, port } = this.steering.detour(to, from);
    client.data.far = await Bun.connect<Pair>({
      hostname: address,
      port,
      data: { far: client },
      socket: {
        data: (app, bytes) => void app.data.far?.write(bytes),
        close: (app) => void app.data.far?.end(),
        connectError: () => void client.terminate(),
      },
    });
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.steering[Symbol.dispose]();
    for (const listener of this.#listeners) listener.stop(true);
    await super[Symbol.asyncDispose]();
  }
}
