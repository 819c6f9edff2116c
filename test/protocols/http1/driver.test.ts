/** Real servers in three languages: what real clients asked is driven again, and answers come back equal. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DriveError } from "../../../src/core/protocol.ts";
import { http1, http1Driver, type HttpSpec } from "../../../src/protocols/http1/index.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { startReplayServer } from "../../support/replay-server.ts";
import { recordWire } from "../../support/run-session.ts";
import { startTapProxy } from "../../support/tap-proxy.ts";
import { languages, type Language, type PeerServer, runPeerClient, startPeerServer } from "./peer-process.ts";

const servers = new Map<Language, PeerServer>();
const BUILD_MS = 60_000;
const TIMEOUT_MS = 10_000;

beforeAll(async () => {
  for (const language of languages) servers.set(language, await startPeerServer(language));
}, BUILD_MS);
afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
});

const endpoint = (language: Language) => ({ host: "127.0.0.1", port: servers.get(language)?.port ?? 0, isTls: false });

const written = (req: object, resp: object = {}): HttpSpec =>
  http1.fromYaml("Http", { req: { url: "http://shop.test/", ...req }, resp: { status_code: 200, ...resp } });

const send = (language: Language, req: object, resp: object = {}): Promise<HttpSpec> =>
  http1Driver.send(written(req, resp), endpoint(language), TIMEOUT_MS);

describe.each([...languages])("%s", (language) => {
  test(
    "what its client asked is recorded, driven again, and served to the same client with the server gone",
    async () => {
      const client = runPeerClient(language);
      await using tap = await startTapProxy({ ...endpoint(language), protocol: "http1", driver: language });
      const first = await client(tap.port);
      expect(first.endsWith("exit 0")).toBe(true);
      const { exchanges, unread } = recordWire(http1, tap.wire());
      expect(exchanges.length).toBe(first.split("\n").length - 1);
      expect(unread).toEqual([]);

      for (const { spec } of exchanges) {
        const got = await http1Driver.send(spec, endpoint(language), TIMEOUT_MS);
        const differs = http1Driver.compare(spec, got).filter(({ path }) => path.toLowerCase() !== "header.date");
        expect({ asked: http1Driver.summary(spec), differs }).toEqual({
          asked: http1Driver.summary(spec),
          differs: [],
        });
      }

      const pool = exactPool(http1, exchanges);
      await using replay = await startReplayServer({ protocol: http1, pool, usualPort: 80 });
      expect(await client(replay.port)).toBe(first);
      expect(replay.misses).toEqual([]);
      expect(replay.errors).toEqual([]);
    },
    BUILD_MS,
  );
});

test("a chunked body, its trailer and a request without a body are sent as recorded", async () => {
  const chunked = await send("node", {
    method: "POST",
    url: "http://shop.test/echo",
    header: { Host: "shop.test", "Transfer-Encoding": "chunked" },
    body: "hello world",
    chunks: "5 6",
    trailer: { "X-Sum": "11" },
  });
  expect(Buffer.from(chunked.response.body).toString()).toBe("hello world");
  const empty = await send("node", {
    method: "PUT",
    url: "/echo",
    header: { Host: "shop.test", "Content-Length": "0" },
  });
  expect(empty.response.status).toBe(200);
});

test("an edited body is sent with its own length", async () => {
  const spec = written({
    method: "POST",
    url: "http://h/echo",
    header: { "Content-Length": "3" },
    body: "longer than three",
  });
  const { response } = await http1Driver.send(spec, endpoint("go"), TIMEOUT_MS);
  expect(Buffer.from(response.body).toString()).toBe("longer than three");
});

test("40 MB go up and 52 MB come down", async () => {
  const up = await send("go", { method: "POST", url: "http://h/count", body: new Uint8Array(40_000_000).fill(7) });
  expect(Buffer.from(up.response.body).toString()).toBe("40000000");
  const down = await send("go", { url: "http://h/big" });
  expect(down.response.body.length).toBe(800 * 65_536);
});

test("a server that never says 100 (Continue) gets the body all the same", async () => {
  // No real server ignores the expectation of a client, so this one is a socket.
  const seen: string[] = [];
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        seen.push(bytes.toString());
        if (seen.join("").endsWith("body")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      },
    },
  });
  const spec = written({
    method: "POST",
    header: { Host: "h", Expect: "100-continue", "Content-Length": "4" },
    body: "body",
  });
  const { response } = await http1Driver.send(spec, { host: "127.0.0.1", port: server.port, isTls: false }, TIMEOUT_MS);
  server.stop(true);
  expect(Buffer.from(response.body).toString()).toBe("ok");
  expect(seen).toEqual(["POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n", "body"]);
});

test("an upgrade is done at its head", async () => {
  const header = { Host: "h", Connection: "Upgrade", Upgrade: "websocket" };
  const { response } = await send("node", { url: "http://h/ws", header });
  expect([response.status, response.body.length]).toEqual([101, 0]);
});

test("a stream without end is compared as far as it was recorded", async () => {
  const body = 'data: {"n":0}\n\ndata: {"n":1}\n\n';
  const header = { "Content-Type": "text/event-stream", "Transfer-Encoding": "chunked" };
  const want = written({ url: "http://h/forever" }, { header, body, cut: true });
  const got = await http1Driver.send(want, endpoint("node"), TIMEOUT_MS);
  expect(
    http1Driver.compare(want, got).filter(({ path }) => path !== "header.Date" && path !== "header.Connection"),
  ).toEqual([]);
});

test("no answer, half an answer, a closed port and bytes that are no HTTP are told apart", async () => {
  const fault = async (to: Promise<unknown>): Promise<string> => {
    const error = await to.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DriveError);
    return (error as DriveError).message;
  };
  const never = http1Driver.send(written({ url: "http://h/never" }), endpoint("node"), 100);
  expect(await fault(never)).toBe("GET /never: the app gave no answer within 100 ms.");
  const forever = http1Driver.send(written({ url: "http://h/forever" }), endpoint("node"), 200);
  expect(await fault(forever)).toBe("GET /forever: the app gave no complete answer within 200 ms.");
  expect(await fault(send("node", { url: "http://h/half" }))).toBe(
    "GET /half: the app closed the connection in the middle of its answer.",
  );
  const greeter = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: (socket) => void socket.write("220 mail ESMTP\r\n\r\n"), data: () => {} },
  });
  const { port } = greeter;
  expect(await fault(http1Driver.send(written({}), { host: "127.0.0.1", port, isTls: false }, TIMEOUT_MS))).toStartWith(
    "GET /: the app's answer is not HTTP/1:",
  );
  greeter.stop(true);
  expect(await fault(http1Driver.send(written({}), { host: "127.0.0.1", port, isTls: false }, TIMEOUT_MS))).toStartWith(
    `GET /: the app takes no connection on 127.0.0.1:${port}:`,
  );
});
