/** What the rules of relay.test.ts do not reach: lines that come, go and are exchanged. Sockets are tried there. */
import { expect, test } from "bun:test";
import { type Line } from "../../src/proxy/line.ts";
import { Pump } from "../../src/proxy/pump.ts";
import { type Ear } from "../../src/proxy/relay.ts";

/** A line that takes as much as it is allowed, and tells what is done to it. */
const lineOf = (name: string, told: string[], takes = Infinity, isTruncated = false) => {
  const line = {
    data: { ear: null as Ear | null },
    takes,
    isTruncated,
    write(bytes: Uint8Array): number {
      const taken = Math.min(line.takes, bytes.length);
      if (taken > 0) told.push(`${name} ${Buffer.from(bytes.subarray(0, taken)).toString()}`);
      return taken;
    },
    shutdown: () => void told.push(`${name} FIN`),
    truncate: () => void told.push(`${name} cut`),
    pause: () => void told.push(`${name} pause`),
    resume: () => void told.push(`${name} resume`),
    terminate: () => void told.push(`${name} reset`),
  } satisfies Line & Record<string, unknown>;
  return line;
};

const pumping = (told: string[]): Pump => {
  const pump: Pump = new Pump({
    data: (from, bytes) => pump.pass(from, bytes),
    ended: (from) => void told.push(`ended ${from}`),
    closed: (from, isReset) => void told.push(`closed ${from} ${isReset}`),
  });
  return pump;
};

test("a line waits for the other; a FIN that came before goes on when it is there", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told)];
  pump.attach("client", client);
  client.data.ear?.end();
  pump.attach("server", server);
  expect(told).toEqual(["client pause", "ended client", "server resume", "client resume", "server FIN"]);
});

test("what a line does not take waits, and holds up who sends it; empty is told once", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told, 2)];
  pump.attach("client", client);
  pump.attach("server", server);
  told.length = 0;
  client.data.ear?.data(Buffer.from("hello"));
  pump.whenEmpty(() => told.push("empty"));
  server.takes = Infinity;
  server.data.ear?.drain();
  expect(told).toEqual(["server he", "server llo", "client resume", "empty"]);
});

test("held, nothing is read, whatever is sent or attached; released, all is that the other side takes", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told, 0)];
  pump.hold();
  pump.attach("client", client);
  pump.release();
  pump.hold();
  pump.attach("server", server);
  expect(told.splice(0).filter((each) => each.endsWith("resume"))).toEqual([]);
  pump.release();
  expect(told.splice(0)).toEqual(["server resume", "client resume"]);
  client.data.ear?.data(Buffer.alloc(1 << 20));
  pump.hold();
  server.takes = Infinity;
  server.data.ear?.drain();
  expect(told.splice(0).filter((each) => each.endsWith("resume"))).toEqual([]);
  pump.release();
  expect(told).toEqual(["server resume", "client resume"]);
  server.takes = 0;
  client.data.ear?.data(Buffer.alloc(1 << 20));
  told.length = 0;
  pump.release();
  expect(told).toEqual(["server resume", "client pause"]);
});

test("a line that is taken out is held and unheard, and another takes its place", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told)];
  pump.attach("client", client);
  pump.attach("server", server);
  expect([pump.detach("client"), pump.detach("server"), pump.isEmpty]).toEqual([client, server, true]);
  expect([client.data.ear, pump.detach("client")]).toEqual([null, null]);
  const [sealed, far] = [lineOf("sealed", told), lineOf("far", told)];
  pump.attach("client", sealed);
  pump.attach("server", far);
  told.length = 0;
  sealed.data.ear?.data(Buffer.from("secret"));
  expect(told).toEqual(["far secret"]);
});

test("an end is an end, a cut one a cut one, and a reset a reset", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told, Infinity, true)];
  pump.attach("client", client);
  pump.attach("server", server);
  told.length = 0;
  server.data.ear?.end();
  client.data.ear?.close(true);
  server.data.ear?.close(false);
  expect(told).toEqual(["ended server", "client cut", "server reset", "closed client true", "closed server false"]);
  expect(pump.isEmpty).toBe(true);
});

test("both lines are held still only while nothing waits here and both may still speak", () => {
  const told: string[] = [];
  const pump = pumping(told);
  const [client, server] = [lineOf("client", told), lineOf("server", told, 2)];
  pump.attach("client", client);
  expect(pump.still()).toBeNull();
  pump.attach("server", server);
  client.data.ear?.data(Buffer.from("hello"));
  expect(pump.still()).toBeNull();
  server.takes = Infinity;
  server.data.ear?.drain();
  told.length = 0;
  const still = pump.still();
  server.data.ear?.data(Buffer.from("yes"));
  expect(told).toEqual(["client pause", "server pause"]);
  pump.release();
  expect(told.slice(2)).toEqual(["server pause", "client pause"]);
  told.length = 2;
  still?.release();
  expect(told.filter((each) => each === "client yes")).toEqual(["client yes"]);
  expect(told.slice(-2)).toEqual(["server resume", "client resume"]);
  client.data.ear?.end();
  expect(pump.still()).toBeNull();
});
