/** Every way in which a command ends, by the compiled binary: the exit code, the sentence, and where each is said. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apps, gateway } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { binary, latestReport, recorded, reprise, Running, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const run = async (words: readonly string[], cwd = "/", env: Readonly<Record<string, string>> = {}) => {
  await using running = reprise(words, { cwd, env });
  return await running.ended;
};

const waiting = (port: number, extra = "") =>
  `exec node -e 'require("http").createServer((q, s) => { ${extra}; s.end("ok") }).listen(${port}, "127.0.0.1")'`;

/** A recording of three requests, copied for each test that breaks it. */
const origin = new Folder();
const port = freePort();
let app = gateway("node", port, "");

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const dependency = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("said") });
  app = gateway("node", port, `http://127.0.0.1:${dependency.port}`);
  await recorded(origin.path, app, async () => {
    for (const path of ["/a", "/b", "/c"]) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  });
  await dependency.stop(true);
}, 60_000);

afterAll(() => origin[Symbol.dispose]());

const copy = () => {
  const folder = new Folder();
  cpSync(origin.at("reprise"), folder.at("reprise"), { recursive: true });
  return folder;
};

describe("4: the app failed", () => {
  const broken = [
    ["never listens", "exec sleep 1000", ["--delay", "300ms"], /did not listen on port \d+ within 0\.3 s/],
    ["crashes at start", "echo starting; exit 3", [], /ended before it listened on port \d+ \(exit code 3\)/],
    ["is killed at start", "kill -SEGV $$", [], /ended before it listened on port \d+ \(signal SIGSEGV\)/],
    ["does not exist", "exec ./no-such-app", [], /ended before it listened on port \d+ \(exit code 127\)/],
    ["listens elsewhere", waiting(freePort()), ["--delay", "1s"], /It listens on port \d+; --port drives another port/],
  ] as const;
  for (const [name, command, words, sentence] of broken) {
    rootTest(`test of an app that ${name}`, async () => {
      using folder = copy();
      const { code, stdout, report } = await tested(folder.path, { command }, words);
      expect([code, stdout]).toEqual([4, expect.stringMatching(sentence)]);
      expect([report.verdict, report.totals]).toEqual(["error", { tests: 3, passed: 0, failed: 0, skipped: 3 }]);
    });
  }

  rootTest("test of an app that ends in the middle", async () => {
    using folder = copy();
    const { code, report, stdout } = await tested(folder.path, { command: waiting(port, "process.exit(7)") });
    expect([code, report.verdict]).toEqual([4, "error"]);
    expect(stdout).toContain("The app ended while it was tested (exit code 7)");
  });

  rootTest("record of an app that crashes at start", async () => {
    using folder = new Folder();
    const { code, stdout, stderr } = await run(["record", "-c", "exit 3"], folder.path);
    expect([code, stdout + stderr]).toEqual([4, expect.stringContaining("exit code 3")]);
    expect(readdirSync(join(folder.path, "reprise"))).toEqual([]);
  });

  rootTest("record of an app that ends by itself keeps what it had", async () => {
    using folder = new Folder();
    const at = freePort();
    const command = waiting(at, `s.on("close", () => process.exit(3))`);
    await using running = await startRecording(folder.path, { command });
    await (await fetch(`http://127.0.0.1:${at}/last`)).text();
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout + stderr]).toEqual([4, expect.stringContaining("exit code 3")]);
    expect(readdirSync(folder.at("reprise/test-set-0/tests"))).toEqual(["get-last-1.yaml"]);
  });
});

describe("0", () => {
  rootTest("record of an app that ends well by itself", async () => {
    using folder = new Folder();
    const at = freePort();
    const command = waiting(at, `s.on("close", () => process.exit(0))`);
    await using running = await startRecording(folder.path, { command });
    await (await fetch(`http://127.0.0.1:${at}/last`)).text();
    expect((await running.ended).code).toBe(0);
    expect(existsSync(folder.at("reprise/test-set-0/config.yaml"))).toBe(true);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    rootTest(`record ended by ${signal} saves, and ends the app`, async () => {
      using folder = new Folder();
      const at = freePort();
      await using running = await startRecording(folder.path, { command: waiting(at) });
      await (await fetch(`http://127.0.0.1:${at}/x`)).text();
      running.kill(signal);
      expect((await running.ended).code).toBe(0);
      expect(readdirSync(folder.at("reprise/test-set-0/tests"))).toEqual(["get-x-1.yaml"]);
      await expect(fetch(`http://127.0.0.1:${at}/x`)).rejects.toThrow();
      expect(existsSync(folder.at("reprise/.capture"))).toBe(false);
    });
  }

  rootTest("record ended by its timer", async () => {
    using folder = new Folder();
    const at = freePort();
    const words = ["--record-timer", "1s"];
    await using running = await startRecording(folder.path, { command: waiting(at) }, { words });
    await (await fetch(`http://127.0.0.1:${at}/x`)).text();
    expect((await running.ended).code).toBe(0);
    expect(readdirSync(folder.at("reprise/test-set-0/tests"))).toEqual(["get-x-1.yaml"]);
  });

  rootTest("a recording of nothing says so and leaves no test set", async () => {
    using folder = new Folder();
    await using running = await startRecording(folder.path, { command: waiting(freePort()) });
    const { code, stdout, stderr } = await running.interrupt();
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining("Nothing passed that could be recorded")]);
    expect(readdirSync(folder.at("reprise"))).toEqual([]);
  });
});

describe("1: a test failed", () => {
  rootTest("an answer that differs", async () => {
    using folder = copy();
    const { code, report } = await tested(folder.path, { command: waiting(port) });
    expect([code, report.verdict, report.totals.failed]).toEqual([1, "failed", 3]);
  });
});

describe("2: wrong usage or a broken file", () => {
  const wrong = [
    [
      ["test", "-c", "true", "--api-timeot", "3s"],
      ["no flag --api-timeot", "Did you mean --api-timeout?"],
    ],
    [["test", "-c", "true", "--record-timer", "3s"], ["--record-timer is a flag of `reprise record`"]],
    [["test", "-c", "true", "--port", "many"], ["--port"]],
    [["test", "-c"], ["-c lacks its value"]],
    [["test"], ["no command that starts the app", "Give one with -c"]],
    [["tset"], ["no command tset", "`reprise test`"]],
    [
      ["record", "-c", "node", "app.js"],
      ["does not take", "in quotes"],
    ],
  ] as const;
  for (const [words, sentences] of wrong) {
    test(`reprise ${words.join(" ")}`, async () => {
      const { code, stdout, stderr } = await run(words);
      expect([code, stdout]).toEqual([2, ""]);
      for (const sentence of sentences) expect(stderr).toContain(sentence);
      expect(stderr).not.toContain("    at ");
    });
  }

  test("a word that no reprise.yml knows, and one that it knows with a wrong value", async () => {
    using folder = new Folder();
    for (const [content, word] of [
      ["comand: ./app\n", "command"],
      ["apiTimeout: soon\n", "apiTimeout"],
    ] as const) {
      folder.write("reprise.yml", content);
      const { code, stderr } = await run(["test"], folder.path);
      expect([code, stderr]).toEqual([2, expect.stringContaining(word)]);
    }
  });

  rootTest("no recordings", async () => {
    using folder = new Folder();
    const { code, stderr } = await run(["test", "-c", "true"], folder.path);
    expect([code, stderr]).toEqual([2, expect.stringContaining("There are no recordings in")]);
    expect(stderr).toContain("reprise record -c");
  });

  rootTest("a test set or a test that is not there", async () => {
    using folder = copy();
    const unknown = [
      [["-t", "test-set-1"], "Did you mean test-set-0?"],
      [["--test-case", "get-a-2"], "Did you mean get-a-1?"],
    ] as const;
    for (const [words, hint] of unknown) {
      const { code, stderr } = await run(["test", "-c", app.command, ...words], folder.path);
      expect([code, stderr]).toEqual([2, expect.stringContaining(hint)]);
    }
  });

  const files = [
    ["a test", "tests/get-a-1.yaml", /\n {2}req:\n/, "\n  req: [\n", /get-a-1\.yaml:\d+/],
    ["a test without its request", "tests/get-a-1.yaml", /\n {2}req:\n/, "\n  rek:\n", /get-a-1\.yaml/],
    ["mocks", "mocks.yaml", /\n {2}req:\n/, "\n  req: {\n", /mocks\.yaml:\d+/],
    ["mappings", "mappings.yaml", /^/, "mappings: [\n", /mappings\.yaml:\d+/],
    ["the set's config", "config.yaml", /^/, "a: b: c\n", /config\.yaml:\d+/],
    ["a test of a newer version", "tests/get-a-1.yaml", /reprise\/v1/, "reprise/v9", /get-a-1\.yaml[^]*v9/],
    ["mocks of a newer version", "mocks.yaml", /reprise\/v1/, "reprise/v9", /mocks\.yaml[^]*v9/],
  ] as const;
  for (const [name, path, pattern, replacement, where] of files) {
    rootTest(`broken: ${name}, named with its place`, async () => {
      using folder = copy();
      const file = folder.at(`reprise/test-set-0/${path}`);
      const text = readFileSync(file, "utf8");
      expect(text).toMatch(pattern);
      writeFileSync(file, text.replace(pattern, replacement));
      const { code, stderr } = await run(["test", "-c", app.command], folder.path, app.env);
      expect([code, stderr]).toEqual([2, expect.stringMatching(where)]);
      expect(stderr).not.toContain("    at ");
      expect(stderr).not.toContain("bug in Reprise");
    });
  }
});

describe("3: the machine lacks something", () => {
  const nobody = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
  ];
  for (const command of ["record", "test"] as const) {
    rootTest(`${command} by a user without rights says the next step`, async () => {
      using folder = copy();
      // A private copy: the folder of the checkout may be closed to others.
      cpSync(binary, folder.at("binary"));
      chmodSync(folder.path, 0o777);
      for (const path of readdirSync(folder.at("reprise"))) chmodSync(folder.at(`reprise/${path}`), 0o777);
      chmodSync(folder.at("reprise"), 0o777);
      await using running = new Running([folder.at("binary"), command, "-c", "true"], {
        cwd: folder.path,
        within: nobody,
      });
      const { code, stderr } = await running.ended;
      expect([code, stderr]).toEqual([3, expect.stringContaining("sudo reprise")]);
      expect(stderr).not.toContain("    at ");
    });
  }
});

describe("130: interrupted", () => {
  rootTest("test, with a report of what it has", async () => {
    using folder = copy();
    const hanging = `if (q.url === "/b") { console.log("asked for b"); return }`;
    const command = waiting(port, hanging);
    await using running = reprise(["test", "-c", command], { cwd: folder.path });
    await running.line(/asked for b/);
    const { code } = await running.interrupt();
    const report = latestReport(folder.path);
    expect([code, report.verdict, report.totals.tests]).toEqual([130, "error", 3]);
    expect(report.testSets[0]?.tests.map(({ name, status }) => [name, status])).toEqual([
      ["get-a-1", "failed"],
      ["get-b-1", "skipped"],
      ["get-c-1", "skipped"],
    ]);
  });

  rootTest("while the app has not begun to listen", async () => {
    using folder = copy();
    await using running = reprise(["test", "-c", "echo up; exec sleep 1000"], { cwd: folder.path });
    await running.line(/up/);
    expect((await running.interrupt()).code).toBe(130);
    expect(latestReport(folder.path).totals).toEqual({ tests: 3, passed: 0, failed: 0, skipped: 3 });
  });
});

describe("what is printed where", () => {
  rootTest("--json: one document on stdout, the app's own words and ours on stderr", async () => {
    using folder = copy();
    const command = `echo from the app; ${app.command}`;
    const { code, stdout, stderr, report } = await tested(folder.path, { ...app, command }, ["--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(JSON.stringify(report))]);
    expect(stderr).toContain("from the app");
  });

  rootTest("--json of record", async () => {
    using folder = new Folder();
    const at = freePort();
    const command = `echo from the app; ${waiting(at)}`;
    await using running = await startRecording(folder.path, { command }, { words: ["--json"] });
    await (await fetch(`http://127.0.0.1:${at}/x`)).text();
    const { code, stdout } = await running.interrupt();
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { testSet: "test-set-0", tests: 1, mocks: 0 }]);
  });

  test("--json of an error", async () => {
    using folder = new Folder();
    for (const words of [
      ["test", "--json"],
      ["test", "--jsn", "--json"],
      ["tset", "--json"],
    ]) {
      const { code, stdout } = await run(words, folder.path);
      expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { exitCode: 2 } }]);
    }
  });

  rootTest("no colours on a pipe", async () => {
    using folder = copy();
    const { stdout, stderr } = await tested(folder.path, { command: waiting(port) });
    expect(stdout + stderr).not.toContain("\u001B");
  });
});

describe("how long it takes", () => {
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await act();
    return performance.now() - from;
  };
  /** The quickest of several, so that others on the machine are not measured; it ends when that is quick enough. */
  const quickest = async (act: () => Promise<number>, times: number, enough = 0): Promise<number> => {
    let least = Infinity;
    for (let i = 0; i < times && least >= enough; i++) least = Math.min(least, await act());
    return least;
  };

  test("reprise --help answers in under 60 ms", async () => {
    expect(await quickest(() => timed(() => run(["--help"])), 60, 60)).toBeLessThan(60);
  });

  rootTest("the first test comes half a second after the command, plus the app's own start", async () => {
    using folder = copy();
    const starts = `exec node ${join(apps, "gateway/gateway.mjs")}`;
    const alone = await quickest(async () => {
      const from = performance.now();
      await using running = new Running(["sh", "-c", starts], { env: app.env ?? {} });
      await connected(port);
      const took = performance.now() - from;
      running.kill("SIGKILL");
      return took;
    }, 5);
    const first = await quickest(async () => {
      const from = performance.timeOrigin + performance.now();
      const { report } = await tested(folder.path, { ...app, command: starts });
      return Date.parse(report.testSets[0]?.tests[0]?.startedAt ?? "") - from;
    }, 5);
    expect(first - alone).toBeLessThan(500);
  });
});

/** Resolves as soon as somebody listens there. */
async function connected(to: number): Promise<void> {
  for (;;) {
    try {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: to, socket: { data() {} } });
      socket.end();
      return;
    } catch {
      await new Promise(setImmediate);
    }
  }
}
