/** The app's surroundings, seen from inside: whose rights it has, which files it reads, and what our death does to it. */
import { describe, expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { hostsThroughFiles, nameServiceFiles } from "../../src/target/nsswitch.ts";
import { findUser } from "../../src/target/user.ts";
import { Folder } from "../support/folder.ts";
import { launched } from "../support/launched.ts";
import { rootTest } from "../support/root-test.ts";

const nobody = () => {
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return findUser({ uid: id("-u"), gid: id("-g"), name: "nobody" });
};

/** A process of ours that launches a command and then waits, so that it can be killed. */
const launcherProcess = (command: string, stdout: "inherit" | "stderr" = "inherit") => {
  const script = `
    const { launched } = await import(${JSON.stringify(import.meta.resolve("../support/launched.ts"))});
    process.stdout.write("");
    const { target } = await launched(${JSON.stringify(command)}, { stdout: ${JSON.stringify(stdout)} });
    process.send(target.pid);
    setInterval(() => {}, 1000);
  `;
  const { promise: started, resolve } = Promise.withResolvers<number>();
  const child = Bun.spawn([process.execPath, "-e", script], {
    stdout: "pipe",
    stderr: "pipe",
    ipc: (pid) => resolve(pid as number),
  });
  return { child, started };
};

describe("the launched app", () => {
  rootTest("runs as the caller of sudo, with the caller's groups, home and nothing of root's", async () => {
    using folder = new Folder();
    chmodSync(folder.path, 0o777);
    const user = { ...nobody(), groups: [nobody().gid, 100, 4242] };
    const say = `{ id -u; id -g; cat /proc/self/status; echo "$HOME $USER $LOGNAME $SUDO_UID"; }`;
    const env = { PATH: "/usr/bin:/bin", HOME: "/root", USER: "root", LOGNAME: "root", SUDO_UID: "7" };
    const command = `${say} > ${folder.at("part")}; mv ${folder.at("part")} ${folder.at("said")}; pwd; exec sleep 1000`;
    await using _ = await launched(command, { user, env, cwd: folder.path });
    const said = await folder.appears("said");
    const [uid, gid] = said.split("\n");
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, "m").exec(said)?.[1];
    expect([uid, gid].map(Number)).toEqual([user.uid, user.gid]);
    expect(field("Groups")?.split(" ").map(Number).sort()).toEqual([...user.groups].sort());
    expect([field("CapEff"), field("CapPrm"), field("SigIgn"), field("SigBlk")]).toEqual(
      Array.from({ length: 4 }, () => "0000000000000000"),
    );
    expect(said.trimEnd().split("\n").at(-1)).toBe(`${user.home} nobody nobody 7`);
  });

  rootTest("a directory that only root may enter is refused to the user, in a sentence", async () => {
    using folder = new Folder();
    chmodSync(folder.path, 0o700);
    const failure = launched("true", { user: nobody(), cwd: folder.path });
    await expect(failure).rejects.toThrow(`The app cannot be started in ${folder.path}: Permission denied.`);
  });

  rootTest("reads the files placed for it, an unprivileged user too; the host's stay as they are", async () => {
    using folder = new Folder();
    chmodSync(folder.path, 0o777);
    const path = folder.write("nsswitch.conf", "passwd: files\nhosts: resolve [!UNAVAIL=return] files\n");
    const host = nameServiceFiles();
    const files = [
      { path, content: hostsThroughFiles(readFileSync(path, "utf8")) },
      { path: folder.at("not-there"), content: "never" },
      ...host,
    ];
    const own = host.map((file) => readFileSync(file.path, "utf8"));
    const both = `cat ${path} /etc/nsswitch.conf > ${folder.at("part")}; mv ${folder.at("part")} ${folder.at("said")}`;
    await using _ = await launched(`${both}; exec sleep 1000`, { user: nobody(), files });
    const switched = host.find((file) => file.path === "/etc/nsswitch.conf")?.content ?? "";
    expect(await folder.appears("said")).toBe(`passwd: files\nhosts: files dns\n${switched}`);
    expect(readFileSync(path, "utf8")).toContain("resolve");
    expect(host.map((file) => readFileSync(file.path, "utf8"))).toEqual(own);
    expect(existsSync(folder.at("not-there"))).toBe(false);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(folder.path);
  });

  rootTest("two at once have cgroups and files of their own, and one's end is not the other's", async () => {
    using folder = new Folder();
    const path = folder.write("placed", "host");
    const start = (name: string) =>
      launched(
        `cat ${path} > ${folder.at(`${name}.part`)}; mv ${folder.at(`${name}.part`)} ${folder.at(name)}; exec sleep 1000`,
        {
          files: [{ path, content: name }],
        },
      );
    await using one = await start("one");
    await using two = await start("two");
    expect([await folder.appears("one"), await folder.appears("two")]).toEqual(["one", "two"]);
    await one.target.stop(60_000);
    expect([one.cgroup.pids(), two.cgroup.pids()]).toEqual([[], [two.target.pid]]);
    expect(readFileSync(path, "utf8")).toBe("host");
  });

  rootTest("goes on when we are killed, its standard output too", async () => {
    using folder = new Folder();
    const line = "0123456789012345678901234567890123456789012345678901234567890123";
    // More than a pipe holds: it fills before anybody reads, which a non-blocking end would answer with an error.
    const write = `i=0; while [ $i -lt 4000 ]; do echo ${line} || exit 1; i=$((i+1)); done`;
    const command = `while [ ! -e ${folder.at("go")} ]; do sleep 0.01; done; ${write}; : > ${folder.at("done")}`;
    const { child, started } = launcherProcess(command);
    const pid = await started;
    child.kill("SIGKILL");
    await child.exited;
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    folder.write("go", "");
    const lines = (await child.stdout.text()).trimEnd().split("\n");
    expect([lines.length, new Set(lines).size, existsSync(folder.at("done"))]).toEqual([4000, 1, true]);
  });

  rootTest("writes to our standard error where standard output is for a report", async () => {
    const { child, started } = launcherProcess("echo out; echo err >&2", "stderr");
    await started;
    const reader = child.stderr.getReader();
    let said = "";
    while (!said.includes("err\n")) said += new TextDecoder().decode((await reader.read()).value);
    child.kill("SIGKILL");
    expect([said, await child.stdout.text()]).toEqual(["out\nerr\n", ""]);
  });
});
