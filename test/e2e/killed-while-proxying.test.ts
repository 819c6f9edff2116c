/** `kill -9` while connections pass through the proxy: those that are open break, and every later one reaches the real server. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { appPids, kernelObjectsOf, untilGone } from "../support/traces.ts";

const LETS_GO_NS = 100e6;

const nowNs = () => (performance.timeOrigin + performance.now()) * 1e6;

interface Attempt {
  readonly kind: string;
  readonly at: number;
  readonly result: string;
}

const attemptsIn = (path: string): Attempt[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" "))
    .map(([kind = "", at = "", result = ""]) => ({ kind, at: Number(at), result }));

/** Resolves when that many of each kind began after then. */
async function begun(path: string, after: number, count: number): Promise<void> {
  for (;;) {
    const later = attemptsIn(path).filter(({ at }) => at > after);
    if (["clear", "secure"].every((kind) => later.filter((each) => each.kind === kind).length >= count)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const server = (folder: Folder, isSecure: boolean) => {
  const [key, certificate] = [folder.at("key.pem"), folder.at("certificate.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x"];
  if (isSecure) Bun.spawnSync(["openssl", ...words, "-keyout", key, "-out", certificate], { stderr: "ignore" });
  const tls = isSecure ? { tls: { key: Bun.file(key), cert: Bun.file(certificate) } } : {};
  return Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("well"), ...tls });
};

rootTest(
  "what is open breaks, what begins later does not",
  async () => {
    using folder = new Folder();
    await using clear = server(folder, false);
    await using secure = server(folder, true);
    const log = folder.at("log");
    const app = {
      command: `exec python3 ${join(apps, "redialer/redialer.py")}`,
      env: { CLEAR: String(clear.port), SECURE: String(secure.port), LOG: log, PORT: String(freePort()) },
    };
    await using running = await startRecording(folder.path, app);
    const objects = kernelObjectsOf(running.pid);
    const pids = appPids(running.pid);
    try {
      await begun(log, 0, 50);
      const killedAt = nowNs();
      running.kill("SIGKILL");
      await running.exited;
      const goneAt = nowNs();
      await begun(log, goneAt, 100);
      await untilGone(objects);
      const attempts = attemptsIn(log);
      const failed = attempts.filter(({ result }) => result !== "ok");
      const kept = failed.filter(({ kind }) => kind.endsWith("-kept"));
      const rest = failed.filter(({ kind }) => !kind.endsWith("-kept"));
      // Long before the process is gone: tearing its memory down takes a multiple of this.
      expect(rest.filter(({ at }) => at > Math.min(goneAt, killedAt + LETS_GO_NS))).toEqual([]);
      // Those of clear text have left the proxy before.
      expect([...new Set(kept.map(({ kind }) => kind))]).toEqual(["secure-kept"]);
      expect(rest.filter(({ at }) => at < killedAt - 1e9)).toEqual([]);
    } finally {
      for (const pid of pids) process.kill(pid, "SIGKILL");
    }
  },
  60_000,
);
