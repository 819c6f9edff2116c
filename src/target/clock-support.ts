/**
 * Whether an app's clock can be shifted on this machine, found out by shifting that of a small program: for
 * `reprise doctor`. Changes nothing.
 */
import { closeSync, readFileSync, writeSync } from "node:fs";
import { pipe } from "../../ffi/libc.ts";
import { startClock } from "./clock.ts";
import { launcherPath } from "./embedded.ts";

/** What stands in the way, each with the line that mends it; both are empty where nothing does. */
export interface ClockSupport {
  readonly lacks: string;
  readonly mend: string;
}

/** An instant that no machine's clock shows: seconds since the epoch. */
const ELSEWHEN = 1_000_000_000;
/** How far the program's clock may have gone on. */
const WITHIN_S = 60;

const PTRACE =
  "Let Reprise trace what it starts: sudo sysctl kernel.yama.ptrace_scope=1; in a container: --cap-add SYS_PTRACE";

/** Has the launcher tell the time in another one. */
export async function clockSupport(): Promise<ClockSupport> {
  const clock = startClock("recorded", ELSEWHEN * 1_000);
  const gate = pipe();
  try {
    const path = launcherPath();
    const command = [path, "--clock-fd", "3", "--", path, "--print-clocks"];
    const child = Bun.spawn(command, { stdio: ["ignore", "pipe", "ignore", gate.readEnd], env: {} });
    const isHeld = await clock.hold(child.pid);
    writeSync(gate.writeEnd, isHeld ? "t" : "-");
    const said = await new Response(child.stdout).text();
    await child.exited;
    return judge(isHeld, said.trim().split(" ").map(Number), clock.notes());
  } finally {
    closeSync(gate.readEnd);
    closeSync(gate.writeEnd);
    await clock.close();
  }
}

function judge(isHeld: boolean, [vdso = 0, kernel = 0]: readonly number[], notes: readonly string[]): ClockSupport {
  const isShifted = (seconds: number): boolean => seconds >= ELSEWHEN && seconds < ELSEWHEN + WITHIN_S;
  if (!isHeld) return { lacks: "no process can be traced here: tests run in real time", mend: tracingMend() };
  if (!isShifted(vdso)) return { lacks: `tests run in real time: ${notes.join(" ")}`, mend: "Tell us of this kernel." };
  if (!maySeeOthers())
    return { lacks: "programs of other users than root run in real time (CAP_SYS_PTRACE)", mend: tracingMend() };
  if (!isShifted(kernel))
    return { lacks: "waits until a time of day are in real time", mend: "The kernel needs CONFIG_SECCOMP_FILTER." };
  return { lacks: "", mend: "" };
}

const CAP_SYS_PTRACE = 19n;

/** Whether we may write into programs that have given root's rights away. */
function maySeeOthers(): boolean {
  const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
}

/** At the strictest, only a reboot gives tracing back. */
function tracingMend(): string {
  try {
    const scope = readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8").trim();
    if (scope === "3") return "kernel.yama.ptrace_scope is 3, which lasts till the next boot: set it to 1 at boot.";
  } catch {
    // A kernel without Yama.
  }
  return PTRACE;
}
