/**
 * As many requests as come, as fast as they come, over 100 keep-alive connections, each with a call behind it: every one
 * is a test case with its mock, none lost, none mixed up. `REPRISE_TEST_REQUESTS=100000` for the full number.
 */
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gateway } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const REQUESTS = Number(process.env["REPRISE_TEST_REQUESTS"] ?? "20000");
const CONNECTIONS = 100;
const SAMPLE = 200;

/** One keep-alive connection: asks for its share one after the other, and checks that each answer is its own. */
const client = (port: number, first: number): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = connect(port, "127.0.0.1");
  let id = first;
  let said = "";
  const ask = () => {
    const body = `{"order":${id}}`;
    const head = `POST /item?id=${id} HTTP/1.1\r\nhost: shop.test\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`);
  };
  socket.on("connect", ask);
  socket.on("error", reject);
  socket.on("close", () => reject(new Error(`closed at ${id}`)));
  socket.on("data", (bytes) => {
    said += bytes.toString();
    const length = Number(/content-length: (\d+)/i.exec(said)?.[1] ?? Number.NaN);
    const at = said.indexOf("\r\n\r\n");
    if (at < 0 || said.length < at + 4 + length) return;
    if (!said.includes(`/item?id=${id} {\\"order\\":${id}} answered`)) return reject(new Error(`${id} got ${said}`));
    said = "";
    id += CONNECTIONS;
    if (id < REQUESTS) return ask();
    socket.removeAllListeners("close");
    socket.end();
    resolve(id);
  });
  return promise;
};

rootTest(
  `${REQUESTS} requests over ${CONNECTIONS} connections`,
  async () => {
    using folder = new Folder();
    const dependency = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        return new Response(`${pathname}${search} ${await request.text()} answered`);
      },
    });
    const port = freePort();
    const app = gateway("go", port, `http://127.0.0.1:${dependency.port}`);
    await using running = await startRecording(folder.path, app);
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => client(port, first)));
    const { code, stdout, stderr } = await running.interrupt();
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("lost")]);
    expect(stdout).toContain(`${REQUESTS} tests, ${REQUESTS} mocks`);
    await dependency.stop(true);

    const set = folder.at("reprise/test-set-0");
    const names = readdirSync(join(set, "tests"));
    expect(names.length).toBe(REQUESTS);
    const ids = names.map((name) => {
      const text = readFileSync(join(set, "tests", name), "utf8");
      const [url, body, answer] = [
        /item\?id=(\d+)/,
        /"?order\\*"?: ?(\d+)/,
        /id=(\d+) \{\\*"order\\*":(\d+)\} answered/,
      ];
      const found = [url, body, answer].flatMap((pattern) => pattern?.exec(text)?.slice(1) ?? []);
      return new Set(found).size === 1 && found.length === 4 ? Number(found[0]) : `${name}: ${found.join()}`;
    });
    expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: REQUESTS }, (_, id) => id));

    const step = Math.floor(names.length / SAMPLE);
    const sample = names.filter((_, index) => index % step === 0).map((name) => name.replace(".yaml", ""));
    const replayed = await tested(folder.path, app, ["--test-case", sample.join(",")]);
    expect([replayed.code, replayed.report.totals.passed]).toEqual([0, sample.length]);
    expect(replayed.report.testSets[0]?.tests.every(({ served }) => served.length === 1)).toBe(true);
  },
  600_000,
);
