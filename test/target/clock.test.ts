/** Real programs, each in a time of its own: what they read, how long they wait, what their parents see of them. */
import { expect, setDefaultTimeout } from "bun:test";
import { readFileSync, realpathSync } from "node:fs";
import { type Clock, startClock, type Time } from "../../src/target/clock.ts";
import { cProgram, lacksLibc, type Libc } from "../support/c-program.ts";
import { Folder } from "../support/folder.ts";
import { launched } from "../support/launched.ts";
import { rootTest } from "../support/root-test.ts";

/** 2019-03-04T05:06:07.250Z, where nobody's clock is. */
const THEN = 1_551_675_967_250;

/** What a command says, and how it ends, in that time. */
async function said(command: string, time: Time = "recorded", during?: (clock: Clock) => Promise<void>) {
  using folder = new Folder();
  const clock = startClock(time, THEN);
  try {
    await using app = await launched(`{ ${command}; } > ${folder.at("said")} 2>&1`, { clock });
    await during?.(clock);
    const exit = await app.target.gone();
    const text = await Bun.file(folder.at("said")).text();
    return { text, exit, notes: clock.notes(), pairs: new Map(text.split("\n").map((line) => pairOf(line))) };
  } finally {
    await clock.close();
  }
}

const runs = (program: string): boolean => {
  try {
    return Bun.spawnSync([program]).success;
  } catch {
    return false;
  }
};

/** The compiler may have to make a libc first. */
setDefaultTimeout(120_000);

const pairOf = (line: string): [string, number] => [line.split(" ")[0] ?? "", Number(line.split(" ")[1])];

const clocks = ["realtime", "coarse", "tai", "gettimeofday", "time", "time-also", "raw-realtime", "raw-gettimeofday"];

for (const libc of ["glibc", "musl", "static"] as const satisfies readonly Libc[]) {
  const lack = lacksLibc(libc);
  if (lack !== null) console.warn(`skipped: ${lack}`);
  const test = lack === null ? rootTest : rootTest.skip;

  test(`every clock of the day is shifted in a ${libc} program, and no other`, async () => {
    const { pairs, notes } = await said(cProgram("clock-c", "clocks", libc));
    const second = Math.floor(THEN / 1_000);
    for (const clock of clocks) {
      const told = pairs.get(clock) ?? 0;
      expect([clock, told >= second && told <= second + 5 + (clock === "tai" ? 37 : 0)]).toEqual([clock, true]);
    }
    const up = Number((await Bun.file("/proc/uptime").text()).split(".")[0]);
    for (const clock of ["monotonic", "boottime", "raw-monotonic"]) {
      expect(Math.abs((pairs.get(clock) ?? 0) - up)).toBeLessThan(up / 2 + 10);
    }
    expect([pairs.get("raw-bad"), notes]).toEqual([14, []]);
  });

  test(`a wait until an instant is as long in a ${libc} program as it would be`, async () => {
    const { pairs } = await said(`${cProgram("clock-c", "clocks", libc)} wait`);
    const waits =
      "cond sem mutex nanosleep interrupted mq mq-again inheriting stopped timerfd timerfd-monotonic timer usleep".split(
        " ",
      );
    const wrong = waits.filter((wait) => !((pairs.get(wait) ?? 0) >= 299 && (pairs.get(wait) ?? 0) < 900));
    expect([wrong, pairs.get("kept")]).toEqual([[], 1]);
  });
}

rootTest("a shifted clock costs at most twice what it cost", async () => {
  const program = cProgram("clock-c", "clocks", "glibc");
  const least = new Map<string, number>();
  // In turn, and the least of each: what else runs on the machine makes both dearer.
  for (let turn = 0; turn < 5; turn++) {
    for (const time of ["real", "recorded"] as const) {
      const { pairs } = await said(`${program} cost`, time);
      for (const clock of ["clock_gettime", "gettimeofday"]) {
        const name = `${clock} ${time}`;
        least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, pairs.get(clock) ?? 0));
      }
    }
  }
  for (const clock of ["clock_gettime", "gettimeofday"]) {
    expect((least.get(`${clock} recorded`) ?? 0) / (least.get(`${clock} real`) ?? 0)).toBeLessThan(2);
  }
});

rootTest("a clock that stands still answers exactly the instant that was set", async () => {
  const { text } = await said("date +%s.%N; sleep 0.05; date +%s.%N", "frozen");
  expect(text).toBe("1551675967.250000000\n1551675967.250000000\n");
});

rootTest(
  "an instant that is set is everywhere when it is said to be: in forks, shells and what they start",
  async () => {
    using folder = new Folder();
    const loop = `while [ ! -e ${folder.at("end")} ]; do sleep 0.01; done`;
    const forks = `(${loop}; date +%s) & (${loop}; date +%s; exec date +%s) & ${loop}; date +%s; wait`;
    const { text } = await said(forks, "frozen", async (clock) => {
      await clock.set(THEN + 86_400_000);
      folder.write("end", "");
    });
    expect(text).toBe("1551762367\n".repeat(4));
  },
);

rootTest("what a parent sees of its children is as without: stops, signals, exit codes, job control", async () => {
  const script = `
    set -m
    sh -c 'exit 7'; echo code $?
    sh -c 'kill -9 $$'; echo killed $?
    sleep 100 & kill -STOP %1; while ! jobs %1 | grep -q Stopped; do sleep 0.01; done; echo stopped
    kill -CONT %1; while ! jobs %1 | grep -q Running; do sleep 0.01; done; echo running
    kill %1; wait %1; echo ended $?
    trap 'echo trapped' USR1; kill -USR1 $$
    timeout 0.1 sleep 5; echo timed $?
    python3 -c 'import os,signal
pid=os.fork()
if pid==0: os.kill(os.getpid(),signal.SIGSTOP); os._exit(3)
seen=[]
while True:
    _,status=os.waitpid(pid,os.WUNTRACED|os.WCONTINUED)
    if os.WIFSTOPPED(status): seen.append("stopped"); os.kill(pid,signal.SIGCONT)
    elif os.WIFCONTINUED(status): seen.append("continued")
    else: seen.append("exit %d" % os.WEXITSTATUS(status)); break
print(seen)'`;
  using folder = new Folder();
  const path = folder.write("jobs.sh", script);
  const { text, exit } = await said(`bash ${path} 2> /dev/null; exit 9`);
  expect(text.split("\n").filter((line) => line !== "")).toEqual(
    "code 7,killed 137,stopped,running,ended 143,trapped,timed 124"
      .split(",")
      .concat("['stopped', 'continued', 'exit 3']"),
  );
  expect(exit).toEqual({ code: 9, signal: null });
});

rootTest("the rights of a program are those it would have, and no_new_privs is not set", async () => {
  const user = { uid: 65534, gid: 65534, name: "nobody", groups: [65534], home: null };
  using folder = new Folder();
  await Bun.$`chmod 777 ${folder.path}`;
  const clock = startClock("recorded", THEN);
  const command = `cd ${folder.path}
    { grep NoNewPrivs /proc/self/status; id -u; date +%Y; } > said
    cp /usr/bin/id id; echo > copied; while [ ! -u id ]; do sleep 0.01; done
    ./id -u >> said`;
  await using app = await launched(command, { clock, user });
  await folder.appears("copied");
  await Bun.$`chown root ${folder.at("id")} && chmod 4755 ${folder.at("id")}`;
  await app.target.gone();
  await clock.close();
  expect(await Bun.file(folder.at("said")).text()).toBe("NoNewPrivs:\t0\n65534\n2019\n0\n");
});

rootTest("without its tracer the app does not live on", async () => {
  const clock = startClock("recorded", THEN);
  await using app = await launched("exec sleep 1000", { clock });
  await clock.close();
  expect(await app.target.exited).toEqual({ code: null, signal: "SIGKILL" });
  await clock.set(THEN);
  expect(await clock.hold(app.target.pid)).toBe(false);
});

rootTest("a tracer that is killed takes the app along, and the note says so", async () => {
  const clock = startClock("recorded", THEN);
  await using app = await launched("exec sleep 1000", { clock });
  const tracer = /TracerPid:\s*(\d+)/.exec(readFileSync(`/proc/${app.target.pid}/status`, "utf8"))?.[1];
  process.kill(Number(tracer), "SIGKILL");
  expect(await app.target.exited).toEqual({ code: null, signal: "SIGKILL" });
  await clock.set(THEN);
  expect(clock.notes()).toEqual(["What keeps the app's clock was killed, and the app with it."]);
  await clock.close();
});

rootTest.skipIf(process.arch !== "x64")("a program of 32 bits runs in real time, and is named", async () => {
  const program = realpathSync(cProgram("clock-c", "ends", "none"));
  if (!runs(program)) return console.warn("skipped: this kernel runs no programs of 32 bits");
  const { text, notes, exit } = await said(`${program}; date +%Y`);
  expect([text, notes, exit.code]).toEqual(["2019\n", [`${program} ran in real time: it is a 32-bit program.`], 0]);
});

rootTest("real time is left as it is, and needs nothing", async () => {
  const { text, notes } = await said("date +%Y", "real");
  expect([text, notes]).toEqual([`${new Date().getFullYear()}\n`, []]);
});

rootTest("an app that somebody else traces is started in real time, and the note says why", async () => {
  const clock = startClock("recorded", THEN);
  const other = startClock("recorded", THEN);
  const child = Bun.spawn(["sleep", "1000"]);
  expect([await other.hold(child.pid), await clock.hold(child.pid)]).toEqual([true, false]);
  expect(clock.notes()).toEqual([
    "The app ran in real time, since it cannot be traced here (Operation not permitted): `reprise doctor` says more.",
  ]);
  child.kill("SIGKILL");
  await child.exited;
  await Promise.all([clock.close(), other.close()]);
});
