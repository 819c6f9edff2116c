/** Through sudo itself: the app has its caller's rights, and what is written is its caller's. */
import { afterAll, beforeAll, expect } from "bun:test";
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { binary, Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

/** An ordinary user with two more groups and the right to call sudo, gone after the tests. */
const user = `reprise${process.pid}`;
const sudoers = `/etc/sudoers.d/${user}`;
const groups = [`${user}a`, `${user}b`];

const run = (...command: readonly string[]): string => {
  const done = Bun.spawnSync([...command]);
  if (!done.success) throw new Error(`${command.join(" ")}: ${done.stderr.toString()}`);
  return done.stdout.toString().trim();
};

beforeAll(() => {
  if (process.getuid?.() !== 0) return;
  for (const group of groups) run("groupadd", group);
  run("useradd", "--create-home", "--groups", groups.join(","), user);
  writeFileSync(sudoers, `${user} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
});

afterAll(() => {
  if (process.getuid?.() !== 0) return;
  run("rm", "-f", sudoers);
  run("userdel", "--remove", user);
  for (const group of groups) run("groupdel", group);
});

/** The words with which the user calls sudo. */
const asUser = (): string[] => {
  const [uid, gid] = [run("id", "-u", user), run("id", "-g", user)];
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--init-groups", "--", "sudo", "--preserve-env=PORT,WHO"];
};

rootTest("the app runs as the caller with the caller's groups, and every file is the caller's", async () => {
  using folder = new Folder();
  const work = folder.at("work");
  mkdirSync(work);
  const [uid, gid] = [Number(run("id", "-u", user)), Number(run("id", "-g", user))];
  chownSync(work, uid, gid);
  chmodSync(folder.path, 0o755);
  for (const [from, to] of [
    [binary, "reprise"],
    [join(apps, "who/who.py"), "who.py"],
  ] as const) {
    cpSync(from, folder.at(to));
    chmodSync(folder.at(to), 0o755);
  }
  const port = freePort();
  const surroundings = { cwd: work, env: { PORT: String(port), USER: user, LOGNAME: user }, within: asUser() };
  const command = `exec /usr/bin/env python3 ${folder.at("who.py")}`;

  await using recording = new Running([folder.at("reprise"), "record", "--no-denoise", "-c", command], surroundings);
  await recording.line(/The app listens on port/);
  const who = (await (await fetch(`http://127.0.0.1:${port}/who`)).json()) as Record<string, unknown>;
  expect(who).toEqual({
    uid,
    gid,
    groups: run("id", "-G", user)
      .split(" ")
      .map(Number)
      .toSorted((a, b) => a - b),
    home: `/home/${user}`,
    user,
    written: [uid, gid],
  });
  // sudo hands the signal on.
  recording.kill("SIGTERM");
  expect((await recording.ended).code).toBe(0);

  await using testing = new Running([folder.at("reprise"), "test", "-c", command], surroundings);
  const { code, stdout } = await testing.ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining("PASSED 1 of 1")]);

  const paths = readdirSync(work, { recursive: true, encoding: "utf8" }).toSorted();
  expect(paths).toEqual(
    expect.arrayContaining(["reprise/test-set-0/mappings.yaml", "reprise/reports/test-run-0/report.json"]),
  );
  const others = paths.filter(
    (path) => statSync(join(work, path)).uid !== uid || statSync(join(work, path)).gid !== gid,
  );
  expect(others).toEqual([]);
});
