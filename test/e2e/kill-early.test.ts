/**
 * `kill -9` in the first moments of connections whose destinations nobody knows yet: they pass through the proxy, and the app
 * sees nothing all the same. Their bytes are handed on unaltered, and so they are once we are dead. Only what was in our
 * hands at that instant is lost, and the connection with it, rather than a byte of what goes on.
 */
import { expect } from "bun:test";
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { appPids, kernelObjectsOf, untilGone } from "../support/traces.ts";

interface Listening extends Server {
  readonly port: number;
  /** How many have connected. */
  readonly seen: () => number;
}

const listening = async (serve: (socket: Socket) => void): Promise<Listening> => {
  let seen = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    seen++;
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(server, { port: (server.address() as AddressInfo).port, seen: () => seen });
};

const echo = () => listening((socket) => void socket.pipe(socket));

const ticking = () =>
  listening((socket) => {
    let count = 0;
    const timer = setInterval(() => socket.write(`tick ${count++}\n`), 2);
    socket.on("close", () => clearInterval(timer));
  });

const kinds = ["lines", "http", "ticks"] as const;

/** What the app writes down, counted as it is written: whoever polls here also serves it. */
class Notes {
  readonly counts = new Map<string, number>();
  readonly #fd: number;
  readonly #piece = new Uint8Array(64 << 10);
  #rest = "";

  constructor(path: string) {
    writeFileSync(path, "");
    this.#fd = openSync(path, "r");
  }

  /** A line that is still being written is none. */
  look(): void {
    for (let length; (length = readSync(this.#fd, this.#piece)) > 0;) {
      const lines = (this.#rest + new TextDecoder().decode(this.#piece.subarray(0, length))).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.counts.set(line, (this.counts.get(line) ?? 0) + 1);
    }
  }

  ok(kind: string): number {
    return this.counts.get(`${kind} ok`) ?? 0;
  }

  get all(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get failed(): string[] {
    return [...this.counts].flatMap(([note, count]) => (note.endsWith(" ok") ? [] : Array<string>(count).fill(note)));
  }

  async until(isEnough: () => boolean): Promise<void> {
    for (const last = performance.now() + 20_000; performance.now() < last;) {
      this.look();
      if (isEnough()) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`the app has only noted ${this.toString()}`);
  }

  toString(): string {
    return [...this.counts].map(([note, count]) => `"${note}" ${count} times`).join(", ");
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

// Each is another moment: before most have spoken, before all are known to be clear, before and after the first leave.
for (const moment of [1, 4, 40, 300, 1200]) {
  rootTest(
    `after ${moment} exchanges on connections that nobody knew`,
    async () => {
      using folder = new Folder();
      const [lines, ticks] = [await echo(), await ticking()];
      const callers = new Set<number | undefined>();
      await using http = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: (request, server) => {
          callers.add(server.requestIP(request)?.port);
          return new Response(new URL(request.url).pathname);
        },
      });
      const [log, wake, port] = [folder.at("log"), folder.at("wake"), freePort()];
      using notes = new Notes(log);
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
        // One that is not through to its server yet breaks, and is none of those that go on.
        await notes.until(() => lines.seen() === 3 && ticks.seen() === 2 && callers.size === 2);
        // Nor is one of which the proxy has not heard yet that it is through: some round trips later it has.
        const answered = notes.ok("http") + 6;
        await notes.until(() => notes.all >= moment && notes.ok("http") >= answered);
        running.kill("SIGKILL");
        await running.exited;
        await untilGone(objects);
        notes.look();
        const then = new Map(kinds.map((kind) => [kind, notes.ok(kind)]));
        writeFileSync(wake, "");
        const isOn = (kind: (typeof kinds)[number]) => notes.ok(kind) > (then.get(kind) ?? 0) + 100;
        await notes.until(() => notes.ok("idle") > 0 && kinds.every(isOn));
        // But for what we had read and not yet written when we died, if anything.
        expect(notes.failed.slice(1)).toEqual([]);
      } finally {
        for (const pid of pids) process.kill(pid, "SIGKILL");
        for (const server of [lines, ticks]) server.close();
      }
    },
    60_000,
  );
}
