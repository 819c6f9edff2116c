/** The test support itself, over a toy line protocol that stands for a real one. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exactPool } from "./exact-pool.ts";
import { joinLines, recordWire, replayWire } from "./run-session.ts";
import { startReplayServer } from "./replay-server.ts";
import { startTapProxy } from "./tap-proxy.ts";
import { toyProtocol } from "./toy-protocol.ts";
import { loadWire, saveWire, streamOf } from "./wire.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Sends each line, waiting for the answer before the next; ends by a half-close. */
const converse = async (port: number, lines: readonly string[]): Promise<string> => {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let got = "";
  let asked = 0;
  const next = (): void => {
    const line = lines[asked++];
    if (line === undefined) socket.end();
    else socket.write(`${line}\n`);
  };
  socket.on("connect", next);
  socket.on("data", (bytes: Uint8Array) => {
    got += text(bytes);
    if (got.split("\n").length > asked) next();
  });
  await new Promise((resolve, reject) => socket.on("close", resolve).on("error", reject));
  return got;
};

const startEcho = () => {
  let asked = 0;
  return Bun.listen<undefined>({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: {
      data: (socket, bytes) => {
        for (const line of text(bytes).trimEnd().split("\n")) socket.write(`${asked++} ${line}\n`);
      },
      end: (socket) => void socket.end(),
    },
  });
};

test("a conversation through the tap is kept, recorded, saved, and replayed to a real client", async () => {
  const server = startEcho();
  await using tap = await startTapProxy({ port: server.port, protocol: "toy", driver: "test", usualPort: 77 });
  expect(await converse(tap.port, ["a", "b", "a"])).toBe("0 a\n1 b\n2 a\n");
  server.stop(true);

  const folder = mkdtempSync(join(tmpdir(), "wire-"));
  const path = join(folder, "toy", "lines.wire");
  saveWire(path, tap.wire());
  const wire = loadWire(path);
  rmSync(folder, { recursive: true });
  expect(wire).toEqual(tap.wire());
  expect(text(streamOf(wire.lines, "client"))).toBe("a\nb\na\n");
  expect(wire.lines.filter((line) => line.bytes === null).map((line) => line.from)).toEqual(["client", "server"]);

  const { exchanges } = recordWire(toyProtocol, wire, { cut: 1 });
  expect(exchanges.map((exchange) => exchange.spec)).toEqual([
    { asked: "a", answered: "0 a" },
    { asked: "b", answered: "1 b" },
    { asked: "a", answered: "2 a" },
  ]);
  expect(replayWire(toyProtocol, wire, exactPool(toyProtocol, exchanges), { cut: 1 }).misses).toEqual([]);

  const pool = exactPool(toyProtocol, exchanges);
  await using replay = await startReplayServer({ protocol: toyProtocol, pool, usualPort: 77 });
  expect(await converse(replay.port, ["a", "b", "a", "a"])).toBe("0 a\n1 b\n2 a\n!miss\n");
  expect(replay.misses).toEqual([{ protocol: "toy", asked: "a", nearest: { mock: "mock-0", differs: [] } }]);
  expect(replay.errors).toEqual([]);
});

test("joining lines keeps the bytes and their sides", () => {
  const line = (from: "client" | "server", content: string) =>
    ({ from, at: 0, connection: 0, bytes: new TextEncoder().encode(content) }) as const;
  const wire = { protocol: "toy", driver: "t", port: 1, transport: "tcp", lines: [] } as const;
  const joined = joinLines({ ...wire, lines: [line("client", "a"), line("client", "b\n"), line("server", "0 ab\n")] });
  expect(joined.lines.map(({ from, bytes }) => [from, text(bytes ?? new Uint8Array())])).toEqual([
    ["client", "ab\n"],
    ["server", "0 ab\n"],
  ]);
});
