/** A path that loses, doubles and reorders packets: TCP mends it for the app, and the tap records the same bytes. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { type FlowSum, FlowSums, outside, Tapped } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

const apps = join(import.meta.dir, "../apps");
const bulk = ["python3", join(apps, "bulk/bulk.py")] as const;

/** Two network namespaces and the road between them, gone when the scope ends. */
class Road implements AsyncDisposable {
  static count = 0;
  readonly near = `reprise-near-${process.pid}-${Road.count++}`;
  readonly far = `reprise-far-${process.pid}-${Road.count++}`;
  #process: ReturnType<typeof outside> | null = null;

  static async open(nearAddress: string, farAddress: string): Promise<Road> {
    const road = new Road();
    for (const name of [road.near, road.far]) ip("netns", "add", name);
    const command = ["python3", join(apps, "lossy/lossy.py"), road.near, nearAddress, road.far, farAddress];
    road.#process = outside(...command);
    expect(await road.#process.line()).toBe("up");
    return road;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.process.kill("SIGKILL");
    await this.#process?.process.exited;
    for (const name of [this.near, this.far]) ip("netns", "del", name);
  }
}

const ip = (...words: readonly string[]) =>
  expect(Bun.spawnSync(["ip", ...words], { stderr: "inherit" }).exitCode).toBe(0);
const at = (namespace: string) => ["ip", "netns", "exec", namespace] as const;

interface Told {
  readonly client: number;
  readonly sent: string;
  readonly received: string;
}

describe.each([
  ["10.77.0.1", "10.77.0.2", 24],
  ["fd77::1", "fd77::2", 64],
] as const)("from %s to %s", (near, far, bits) => {
  rootTest.each(["server", "client"])(
    "the app is the %s",
    async (role) => {
      await using road = await Road.open(`${near}/${bits}`, `${far}/${bits}`);
      await using tapped = new Tapped();
      const isServer = role === "server";
      const serve = [...at(road.far), ...bulk, "serve", far];
      using server = isServer ? tapped.start(...serve) : outside(...serve);
      const port = await server.line();
      const wanted = new Map<number, Told>();
      for (const line of ["down 3000000", "up 3000000"]) {
        const fetch = [...at(road.near), ...bulk, "fetch", far, port, line];
        using client = isServer ? outside(...fetch) : tapped.start(...fetch);
        const told = JSON.parse(await client.line()) as Told;
        wanted.set(told.client, told);
        await server.line();
      }
      const sums = new FlowSums();
      await tapped.events(sums.see);
      const brief = ([client, sum]: readonly [number, FlowSum]) => ({
        client,
        direction: sum.flow.direction,
        sent: sum.client.hash,
        received: sum.server.hash,
        gaps: sum.gaps,
      });
      expect([...sums.all()].map(brief)).toEqual(
        [...wanted].map(([client, { sent, received }]) => {
          return { client, direction: isServer ? "incoming" : "outgoing", sent, received, gaps: 0 } as const;
        }),
      );
    },
    60_000,
  );
});
