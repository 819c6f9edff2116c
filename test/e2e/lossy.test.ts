/**
 * A service whose client and whose dependency are both behind a road that loses, doubles and swaps packets: the compiled
 * binary records the bytes that both have seen, and replays them. What the tap makes of it is in capture-lossy.test.ts.
 */
import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { Running, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

/** Two network namespaces and the road between them, gone when the scope ends. */
class Road implements AsyncDisposable {
  readonly near = `reprise-lossy-a-${process.pid}`;
  readonly far = `reprise-lossy-b-${process.pid}`;
  #road: Running | null = null;

  async open(nearAddress: string, farAddress: string): Promise<this> {
    for (const name of [this.near, this.far]) await ip("netns", "add", name);
    const command = [
      "python3",
      join(apps, "lossy/lossy.py"),
      this.near,
      `${nearAddress}/24`,
      this.far,
      `${farAddress}/24`,
    ];
    this.#road = new Running(command);
    await this.#road.line(/^up/);
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#road?.[Symbol.asyncDispose]();
    for (const name of [this.near, this.far]) await ip("netns", "del", name);
  }
}

const ip = async (...words: readonly string[]): Promise<void> => {
  const { code, stderr } = await new Running(["ip", ...words]).ended;
  if (code !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
};

const within = (namespace: string) => ["ip", "netns", "exec", namespace];

rootTest(
  "what both ends have seen is what is recorded, and it replays",
  async () => {
    using folder = new Folder();
    const [near, far, port] = ["10.78.0.1", "10.78.0.2", freePort()];
    await using road = await new Road().open(near, far);
    const app = {
      command: `exec node ${join(apps, "streams/streams.mjs")}`,
      env: { PORT: String(port), HOST: "0.0.0.0", DEPENDENCY: `http://${near}:9100` },
    };
    await using running = await startRecording(folder.path, { ...app, within: within(road.far) });
    const sizes = [1, 70_000, 3_000_000, 200_000];
    const farEnd = [process.execPath, join(apps, "lossy/far-end.ts"), near, "9100", `http://${far}:${port}`];
    await using client = new Running([...farEnd, ...sizes.map(String)], { within: within(road.near) });
    const { code, stdout, stderr } = await client.ended;
    expect([code, stderr]).toEqual([0, ""]);
    const seen = stdout
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(seen.map(({ isRight }) => isRight)).toEqual(sizes.map(() => true));
    const ended = await running.interrupt();
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([0, expect.stringContaining("4 tests, 4 mocks"), ""]);

    const assets = folder.at("reprise/test-set-0/assets");
    const kept = new Set(
      readdirSync(assets).map((name) =>
        createHash("sha256")
          .update(readFileSync(join(assets, name)))
          .digest("hex"),
      ),
    );
    for (const { asked, answered } of seen.slice(1))
      expect([kept.has(String(asked)), kept.has(String(answered))]).toEqual([true, true]);
    const { code: replayed, report } = await tested(folder.path, app);
    expect([replayed, report.totals.passed, report.mocks.served]).toEqual([0, 4, 4]);
  },
  120_000,
);
