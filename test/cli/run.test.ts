import { expect, test } from "bun:test";
import { run } from "../../src/cli/run.ts";
import { writeRun } from "../../src/report/write.ts";
import { keptStream } from "../support/call.ts";
import { Folder } from "../support/folder.ts";
import { sampleRun } from "../support/sample-run.ts";

const never = new Promise<never>(() => {});

interface Around {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly crashed?: Promise<never>;
}

const reprise = async (argv: readonly string[], { cwd = "/", env = {}, crashed = never }: Around = {}) => {
  const [stdout, stderr] = [keptStream(), keptStream()];
  const code = await run({ argv, stdout, stderr, env, cwd, version: "1.2.3", crashed });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

test("help, version and no command at all", async () => {
  expect(await reprise(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  expect((await reprise(["--help"])).stdout).toContain("Usage");
  expect((await reprise(["help", "record"])).stdout).toEqual((await reprise(["record", "-h"])).stdout);
  const bare = await reprise([]);
  expect([bare.code, bare.stdout, bare.stderr.includes("Usage")]).toEqual([2, "", true]);
});

test("an unknown command and an unknown flag are sentences with exit code 2", async () => {
  expect(await reprise(["recrod"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: There is no command recrod.\n  Did you mean `reprise record`?\n",
  });
  const { code, stderr } = await reprise(["test", "--prot", "1"]);
  expect([code, stderr]).toEqual([
    2,
    "error: `reprise test` has no flag --prot.\n  Did you mean --port?\n  Usage: reprise test [flags]\n",
  ]);
  expect(JSON.parse((await reprise(["test", "--json", "--prot"])).stdout)).toMatchObject({ error: { exitCode: 2 } });
});

test("a command runs with the settings of every source", async () => {
  using folder = new Folder();
  const { run: _run, ...rest } = sampleRun;
  writeRun(folder.at("app/reprise/reports"), rest);
  folder.write("reprise.yml", "path: app\n");
  const text = await reprise(["report"], { cwd: folder.path });
  expect([text.code, text.stdout.includes("FAILED test-set-0/get-users-by-id-1")]).toEqual([0, true]);
  const env = { REPRISE_FORMAT: "json" };
  expect(JSON.parse((await reprise(["report", "test-run-0"], { cwd: folder.path, env })).stdout)).toMatchObject({
    run: "test-run-0",
  });
  expect(await reprise(["report", "test-run-9"], { cwd: folder.path })).toMatchObject({ code: 2, stdout: "" });
});

test("a broken reprise.yml stops any command, with file and line", async () => {
  using folder = new Folder();
  folder.write("reprise.yml", "port: 1\nhosts: x\n");
  const { code, stderr } = await reprise(["report"], { cwd: folder.path });
  expect([code, stderr]).toEqual([
    2,
    `error: ${folder.at("reprise.yml")}:2: there is no setting hosts.\n  Did you mean host?\n`,
  ]);
});

test("an error that no command waits for ends it as a bug of ours", async () => {
  using folder = new Folder();
  const crash = Promise.withResolvers<never>();
  crash.reject(new TypeError("x is not a function"));
  const { code, stderr } = await reprise(["doctor"], { cwd: folder.path, crashed: crash.promise });
  expect([code, stderr]).toEqual([70, expect.stringContaining("TypeError: x is not a function\n    at ")]);
  expect(stderr).toContain("This is a bug in Reprise");
});
