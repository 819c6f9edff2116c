/**
 * `kill -9` in the first moments of connections whose destinations nobody knows yet: they pass through the proxy, and the app
 * sees nothing all the same. Their bytes are handed on unaltered, and so they are once we are dead. Only what was in our
 * hands at that instant is lost, and the connection with it, rather than a byte of what goes on.
 */
import { expect } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { appPids, kernelObjectsOf, untilGone } from "../support/traces.ts";

const listening = async (serve: (socket: Socket) => void): Promise<Server & { port: number }> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
};

const echo = () => listening((socket) => void socket.pipe(socket));

const ticking = () =>
  listening((socket) => {
    let count = 0;
    const timer = setInterval(() => socket.write(`tick ${count++}\n`), 2);
    socket.on("close", () => clearInterval(timer));
  });

const kinds = ["lines", "http", "ticks"] as const;

/** What the app has written down, by kind; a line that is still being written is none. */
const notesIn = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];

const untilNoted = async (path: string, isEnough: (notes: readonly string[]) => boolean): Promise<string[]> => {
  for (const last = performance.now() + 20_000; performance.now() < last;) {
    const notes = notesIn(path);
    if (isEnough(notes)) return notes;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`the app has only noted:\n${notesIn(path).slice(-20).join("\n")}`);
};

const countOf = (notes: readonly string[], kind: string): number =>
  notes.filter((each) => each === `${kind} ok`).length;

// Each is another moment: before an answer, before anything is known to be clear, before and after the first leave.
for (const moment of [1, 4, 40, 300, 1200]) {
  rootTest(
    `after ${moment} exchanges on connections that nobody knew`,
    async () => {
      using folder = new Folder();
      const [lines, ticks] = [await echo(), await ticking()];
      await using http = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: ({ url }) => new Response(new URL(url).pathname),
      });
      const [log, wake, port] = [folder.at("log"), folder.at("wake"), freePort()];
      const ports = { LINES: lines.port, HTTP: http.port, TICKS: ticks.port, IDLE: lines.port, PORT: port };
      const told = Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, String(value)]));
      const app = {
        command: `exec python3 ${join(apps, "talkers/talkers.py")}`,
        env: { ...told, LOG: log, WAKE: wake },
      };
      await using running = await startRecording(folder.path, app);
      const [objects, pids] = [kernelObjectsOf(running.pid), appPids(running.pid)];
      try {
        connect(port, "127.0.0.1").on("error", () => {});
        await untilNoted(log, (notes) => notes.length >= moment);
        running.kill("SIGKILL");
        await running.exited;
        await untilGone(objects);
        const then = notesIn(log);
        writeFileSync(wake, "");
        const notes = await untilNoted(
          log,
          (now) => countOf(now, "idle") > 0 && kinds.every((kind) => countOf(now, kind) > countOf(then, kind) + 100),
        );
        // But for what we had read and not yet written when we died, if anything.
        expect(notes.filter((note) => !note.endsWith(" ok")).length).toBeLessThanOrEqual(1);
      } finally {
        for (const pid of pids) process.kill(pid, "SIGKILL");
        for (const server of [lines, ticks]) server.close();
      }
    },
    60_000,
  );
}
