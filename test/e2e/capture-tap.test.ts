/** The tap against real servers and clients: what it saw is byte for byte what they sent, both ways, whichever end the app is. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { FlowSums, Inhabited, outside, Tapped } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

const bulk = ["python3", join(import.meta.dir, "../apps/bulk/bulk.py")] as const;
const asked = ["down 60000000", "up 30000000", "down 60000000", "up 30000000", "down 1", "up 0"];

interface Told {
  readonly client: number;
  readonly sent: string;
  readonly received: string;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

const told = (line: string) => JSON.parse(line) as Told;

describe.each(["127.0.0.1", "::1"])("over %s", (address) => {
  rootTest(
    "what a server receives and sends is captured byte for byte",
    async () => {
      await using tapped = new Tapped();
      const server = tapped.start(...bulk, "serve", address);
      const port = await server.line();
      const wanted = new Map<number, Told>();
      for (const line of asked) {
        using client = outside(...bulk, "fetch", address, port, line);
        const said = told(await client.line());
        wanted.set(said.client, said);
        expect(told(await server.line()).client).toBe(said.client);
      }
      const sums = new FlowSums();
      await tapped.events(sums.see);
      expect(tapped.kernel.drops()).toEqual({ ringFull: 0, unreadable: 0, tooLong: 0 });
      const seen = sums.all();
      expect([...seen.keys()]).toEqual([...wanted.keys()]);
      for (const [clientPort, sum] of seen) {
        const { sent, received, sentBytes, receivedBytes } = wanted.get(clientPort) ?? told("{}");
        const end = { address, port: clientPort };
        expect(sum).toEqual({
          flow: {
            id: sum.flow.id,
            direction: "incoming",
            client: end,
            server: { address, port: Number(port) },
            transport: "tcp",
            internal: false,
          },
          client: { bytes: sentBytes, hash: sent },
          server: { bytes: receivedBytes, hash: received },
          ended: expect.arrayContaining(["client", "server", "ended"]) as unknown as string[],
          gaps: 0,
        });
      }
    },
    60_000,
  );

  rootTest(
    "what a client sends and receives is captured byte for byte",
    async () => {
      await using tapped = new Tapped();
      using server = outside(...bulk, "serve", address);
      const port = await server.line();
      const wanted = new Map<number, Told>();
      for (const line of asked.slice(0, 2)) {
        const said = told(await tapped.start(...bulk, "fetch", address, port, line).line());
        wanted.set(said.client, said);
        await server.line();
      }
      const sums = new FlowSums();
      await tapped.events(sums.see);
      const seen = [...sums.all().values()];
      expect(
        seen.map(({ flow, client, server: far, gaps }) => ({ direction: flow.direction, client, far, gaps })),
      ).toEqual(
        [...wanted.values()].map((want) => ({
          direction: "outgoing" as const,
          client: { bytes: want.sentBytes, hash: want.sent },
          far: { bytes: want.receivedBytes, hash: want.received },
          gaps: 0,
        })),
      );
    },
    60_000,
  );

  rootTest("a connection of the app with itself is told of, and none of its bytes", async () => {
    await using tapped = new Tapped();
    const server = tapped.start(...bulk, "serve", address);
    const port = await server.line();
    const client = tapped.start(...bulk, "fetch", address, port, "down 3000000");
    await client.line();
    await server.line();
    const events = await tapped.events();
    expect(events.map(({ type, flow }) => ({ type, internal: flow.internal }))).toEqual([
      { type: "open", internal: true },
    ]);
  });
});

rootTest("nothing of another cgroup is seen", async () => {
  await using tapped = new Tapped();
  await using other = new Inhabited();
  const server = other.start(...bulk, "serve", "127.0.0.1");
  const client = other.start(...bulk, "fetch", "127.0.0.1", await server.line(), "down 1000");
  await client.line();
  expect(await tapped.events()).toEqual([]);
});
