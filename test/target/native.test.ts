import { expect } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Folder } from "../support/folder.ts";
import { launched } from "../support/launched.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("exit codes and signals are passed on, and so is the shell's own word for a missing command", async () => {
  const ends = async (command: string) => {
    await using app = await launched(command);
    return await app.target.exited;
  };
  expect(await ends("exit 0")).toEqual({ code: 0, signal: null });
  expect(await ends("exit 42")).toEqual({ code: 42, signal: null });
  expect(await ends("kill -9 $$")).toEqual({ code: null, signal: "SIGKILL" });
  expect(await ends("kill -SEGV $$")).toEqual({ code: null, signal: "SIGSEGV" });
  expect(await ends("no-such-command-here 2> /dev/null")).toEqual({ code: 127, signal: null });
});

rootTest("the app has its streams and nothing of ours, every signal as it was, and is in its cgroup", async () => {
  using folder = new Folder();
  // By the shell itself: while it starts another program, it holds signals back.
  const tell = `while read -r line; do echo "$line"; done < /proc/$$/status > ${folder.at("status")}`;
  const list = `find /proc/$$/fd -type l -fprintf ${folder.at("part")} "%f "; mv ${folder.at("part")} ${folder.at("fds")}`;
  await using app = await launched(`${tell}; ${list}; exec sleep 1000`);
  const { pid } = app.target;
  // A redirection would be the shell's own descriptor; `find` opens its file itself.
  expect((await folder.appears("fds")).trim().split(" ").sort()).toEqual(["0", "1", "2"]);
  const status = readFileSync(folder.at("status"), "utf8");
  const masks = ["SigBlk", "SigIgn"].map((name) => new RegExp(`${name}:\\s*(\\w+)`).exec(status)?.[1]);
  expect(masks).toEqual(["0000000000000000", "0000000000000000"]);
  expect(app.cgroup.pids()).toContain(pid);
});

rootTest("what is gone is gone only with the last that was started", async () => {
  await using app = await launched("sleep 1000 & exit 4");
  expect(await app.target.exited).toEqual({ code: 4, signal: null });
  let isGone = false;
  const gone = app.target.gone().then((exit) => {
    isGone = true;
    return exit;
  });
  await Promise.resolve();
  expect([isGone, app.cgroup.pids().length]).toEqual([false, 1]);
  app.cgroup.kill("SIGTERM");
  expect(await gone).toEqual({ code: 4, signal: null });
});

rootTest("a directory that cannot be entered is a sentence", async () => {
  const failure = launched("true", { cwd: "/no/such/directory" });
  await expect(failure).rejects.toThrow("The app cannot be started in /no/such/directory: No such file or directory.");
  await expect(failure).rejects.toMatchObject({ code: "environment.command", name: "EnvironmentError" });
});

rootTest("no launch leaves a file's content or a pipe open, whether it fails or not", async () => {
  const files = [{ path: "/etc/nsswitch.conf", content: "hosts: files\n" }];
  const pipes = () => openFiles().filter((link) => link.startsWith("pipe:"));
  const before = pipes();
  await expect(launched("true", { cwd: "/no/such/directory", files })).rejects.toThrow();
  await using _ = await launched("true", { files });
  // Those of other tests may end meanwhile; a pipe that comes is ours.
  expect(pipes().filter((link) => !before.includes(link))).toEqual([]);
  expect(openFiles().filter((link) => link.includes("reprise-file"))).toEqual([]);
});

/** What our descriptors lead to; one may be closed while they are read. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
