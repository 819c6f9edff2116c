/** Services that terminate TLS themselves: recorded with their own key, and named with the flags where it is not given. */
import { describe, expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { type AppUnderTest, reprise, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";
import { type KeyForm, selfSigned } from "../support/self-signed.ts";
import { appPids } from "../support/traces.ts";

const commands = {
  go: () => `exec ${goProgram("own-tls/go")}`,
  node: () => `exec node ${join(apps, "own-tls/own-tls.mjs")}`,
  python: () => `exec python3 ${join(apps, "own-tls/own_tls.py")}`,
} as const;

const forms: Readonly<Record<keyof typeof commands, KeyForm>> = { go: "ec", node: "rsa", python: "pkcs8" };

class Scene implements Disposable {
  readonly folder = new Folder();
  readonly port = freePort();
  readonly clearPort = freePort();
  readonly app: AppUnderTest;
  readonly flags: readonly string[];
  readonly #certificate: string;
  readonly dependency = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => new Response(`told ${new URL(request.url).pathname}`),
  });

  constructor(language: keyof typeof commands) {
    const { certificate, key } = selfSigned(this.folder, forms[language]);
    this.#certificate = certificate;
    this.flags = ["--tls-cert", certificate, "--tls-key", key];
    const ports = { PORT: String(this.port), CLEAR_PORT: String(this.clearPort) };
    const files = { TLS_CERT: certificate, TLS_KEY: key, DEPENDENCY: `http://127.0.0.1:${this.dependency.port}` };
    this.app = { command: commands[language](), env: { ...ports, ...files } };
  }

  /** What a client gets that verifies the service's certificate, with its own port and the one that the service saw. */
  async curl(url: string, ...words: readonly string[]): Promise<{ body: string; ports: string }> {
    const shown = [
      "-sS",
      "--max-time",
      "20",
      "--cacert",
      this.#certificate,
      "-w",
      "\n%{local_port} %header{x-client-port}",
    ];
    const asked = Bun.spawn(["curl", ...shown, ...words, url], { stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr, code] = await Promise.all([asked.stdout.text(), asked.stderr.text(), asked.exited]);
    if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`);
    const [body = "", ports = ""] = stdout.split(/\n(?=[^\n]*$)/);
    return { body: body.trim(), ports };
  }

  tests(): string[] {
    const folder = join(this.folder.path, "reprise/test-set-0/tests");
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  }

  [Symbol.dispose](): void {
    void this.dependency.stop(true);
    this.folder[Symbol.dispose]();
  }
}

const BUILD_MS = 120_000;

describe.each(["go", "node", "python"] as const)("a service in %s", (language) => {
  rootTest(
    "is recorded with its own key, its clients notice nothing, and it replays green",
    async () => {
      using scene = new Scene(language);
      const body = scene.folder.at("body");
      await Bun.write(body, "x".repeat(300_000));
      {
        await using running = await startRecording(scene.folder.path, scene.app, { words: scene.flags, ports: 2 });
        const requests: readonly (readonly string[])[] = [
          [`https://localhost:${scene.port}/a`],
          [`https://127.0.0.1:${scene.port}/b?c=d`, "--tls-max", "1.2"],
          [`https://localhost:${scene.port}/post`, "--data-binary", `@${body}`, "--http1.1"],
          [`http://127.0.0.1:${scene.clearPort}/clear`],
        ];
        for (const [url = "", ...words] of requests) {
          const got = await scene.curl(url, ...words);
          const { path, asked } = JSON.parse(got.body) as { path: string; asked: string };
          expect([path, asked]).toEqual([expect.stringMatching(/^\/(a|b|post|clear)/), `told ${path.split("?")[0]}`]);
          const [own, seen] = got.ports.split(" ");
          expect(seen).toBe(own ?? "");
        }
        const { code, stdout, stderr } = await running.interrupt();
        expect([code, stderr]).toEqual([0, expect.not.stringContaining("not recorded")]);
        expect(stdout).toContain("4 tests, 4 mocks");
      }
      expect(scene.tests().filter((text) => text.includes("app_tls: true"))).toHaveLength(3);
      await scene.dependency.stop(true);
      // Whose port a client has differs from run to run.
      await Bun.write(scene.folder.at("reprise.yml"), "noise:\n  header.X-Client-Port: []\n");
      const { code, stdout } = await tested(scene.folder.path, scene.app);
      expect([code, stdout]).toEqual([0, expect.stringContaining("PASSED 4 of 4")]);
    },
    BUILD_MS,
  );
});

rootTest("without its key its TLS is named, with the flags that help", async () => {
  using scene = new Scene("node");
  await using running = await startRecording(scene.folder.path, scene.app, { ports: 2 });
  for (let i = 0; i < 2; i++) await scene.curl(`https://localhost:${scene.port}/a`);
  const { stdout, stderr } = await running.interrupt();
  expect(stdout + stderr).toMatch(
    new RegExp(`2 connections to port ${scene.port} of the app not recorded: TLS .*--tls-cert FILE --tls-key FILE`),
  );
});

rootTest("a reprise that is killed leaves the service to its clients", async () => {
  using scene = new Scene("node");
  await using running = await startRecording(scene.folder.path, scene.app, { words: scene.flags, ports: 2 });
  const pids = appPids(running.pid);
  // It outlives the recording.
  using _app = { [Symbol.dispose]: () => pids.forEach((pid) => process.kill(pid, "SIGKILL")) };
  await scene.curl(`https://localhost:${scene.port}/a`);
  running.kill("SIGKILL");
  await running.exited;
  const { body, ports } = await scene.curl(`https://localhost:${scene.port}/b`);
  expect(JSON.parse(body)).toMatchObject({ path: "/b", asked: "told /b" });
  const [own, seen] = ports.split(" ");
  expect(seen).toBe(own ?? "");
});

rootTest("a key that does not fit is a sentence, before anything is started", async () => {
  using scene = new Scene("node");
  const { key } = selfSigned(scene.folder, "ec");
  const words = ["record", "-p", scene.folder.path, "-c", "true", ...scene.flags.slice(0, 3), key];
  await using running = reprise(words);
  const { code, stderr } = await running.ended;
  expect([code, stderr]).toEqual([2, expect.stringMatching(/ec\.key does not fit the certificate in .*rsa\.pem/)]);
});
