/** What this machine has and lacks for capture, each with the line that mends it: the capture's part of `doctor`. */
import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { errnoText } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";
import { beginHooks, loadAttributionAlone, receiveHooks, sendHooks } from "./attribution.ts";
import { BpfObject, type Refusal } from "./bpf-object.ts";
import { privilege } from "./privilege.ts";
import { mapModes, type Program, programs } from "./programs.ts";
import { refusalHint } from "./refusal.ts";
import { loadSteeringAlone, steerPrograms } from "./steer.ts";
import { loadUnixSocketsAlone, refusingHooks, seeingHooks } from "./unix-sockets.ts";

/** One thing looked at. `mend` is what to do when it is not available, or empty. */
export interface Finding {
  readonly name: string;
  readonly available: boolean;
  /** Without it nothing can be captured. */
  readonly needed: boolean;
  readonly detail: string;
  readonly mend: string;
}

/** Really loads one program and its maps, attaches nothing and lets go; what the kernel refused, or `null`. */
export function loadAlone(wanted: Program): Refusal | null {
  using object = new BpfObject();
  for (const program of programs) object.choose(program.name, program.name === wanted.name);
  for (const [name, modes] of Object.entries(mapModes)) {
    if (!modes.some((mode) => wanted.modes.includes(mode))) object.omitMap(name);
  }
  return object.load();
}

/** Looks at privilege, kernel, BTF and cgroups, and tries every program; without privilege no program would load. */
export function probe(): Finding[] {
  const may = mayAttach();
  return [may, kernelRelease(), btf(), cgroup2(), ...(may.available ? tryPrograms() : [])];
}

function mayAttach(): Finding {
  const { isEnough, held, hint } = privilege();
  return {
    name: "privilege",
    available: isEnough,
    needed: true,
    detail: isEnough ? "CAP_SYS_ADMIN and CAP_NET_ADMIN are held" : `capabilities ${held} are held`,
    mend: isEnough ? "" : hint,
  };
}

function kernelRelease(): Finding {
  const [major = 0, minor = 0] = release()
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  const available = major > 5 || (major === 5 && minor >= 15);
  const mend = available ? "" : "Boot a kernel from 5.15 on.";
  return { name: "kernel", available, needed: true, detail: `Linux ${release()}`, mend };
}

/** Our programs rest on stable interfaces and load without it; what is optional needs it. */
function btf(): Finding {
  const available = existsSync("/sys/kernel/btf/vmlinux");
  return {
    name: "btf",
    available,
    needed: false,
    detail: available ? "/sys/kernel/btf/vmlinux" : "the kernel does not describe its types",
    mend: available ? "" : "Boot a kernel that is built with CONFIG_DEBUG_INFO_BTF=y.",
  };
}

function cgroup2(): Finding {
  const known = /^nodev\tcgroup2$/m.test(readFileSync("/proc/filesystems", "utf8"));
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .find((line) => line.includes(" - cgroup2 "))
    ?.split(" ")[4];
  const detail = mounted ?? (known ? "not mounted; Reprise mounts its own" : "the kernel has no cgroup v2");
  const mend = known ? "" : "Boot a kernel that is built with CONFIG_CGROUPS=y and CONFIG_CGROUP_BPF=y.";
  return { name: "cgroup v2", available: known, needed: true, detail, mend };
}

function tryPrograms(): Finding[] {
  try {
    const steering = steerPrograms.filter(({ hook }) => hook === "sk_lookup").map(trySteering);
    return [...programs.map(tryProgram), ...steering, tryAttribution(), tryUnixSockets()];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return [{ name: "libbpf", available: false, needed: true, detail: error.message, mend: error.hint }];
  }
}

const tryProgram = (program: Program): Finding => found(program, loadAlone(program), true);

/** Of the programs for a service's own TLS, the one whose hook the others do not use. */
const trySteering = (program: Program): Finding => found(program, loadSteeringAlone(program), false);

/** Which call belongs to which request: of several ways the first that this kernel has. */
function tryAttribution(): Finding {
  const first = (several: typeof sendHooks) => several.find((hook) => loadAttributionAlone(hook) === null);
  const hooks = [sendHooks, receiveHooks, beginHooks].map(first);
  const available = hooks.every((hook) => hook !== undefined);
  return {
    name: "attribution by cause",
    available,
    needed: false,
    detail: available
      ? hooks.map((hook) => hook?.hook).join(", ")
      : "calls are attributed by time, which is a guess where requests overlap",
    mend: available ? "" : "Boot a kernel from 6.3 on, or one whose BPF may use trampolines, with its BTF.",
  };
}

/** Whether what passes by unix sockets can be named, and refused in replay. */
function tryUnixSockets(): Finding {
  const ways = [seeingHooks, refusingHooks].map((all) => all.find((hooks) => loadUnixSocketsAlone(hooks) === null));
  const available = ways.every((hooks) => hooks !== undefined);
  return {
    name: "unix sockets",
    available,
    needed: false,
    detail: available
      ? [...new Set(ways.flatMap((hooks) => hooks ?? []).map(({ hook }) => hook))].join(", ")
      : "what the app reaches by them is not named, and in replay it is reached",
    mend: available ? "" : "Boot a kernel from 6.7 on, or one whose BPF may use trampolines, with its BTF.",
  };
}

function found(program: Program, refusal: Refusal | null, needed: boolean): Finding {
  const available = refusal === null;
  return {
    name: `${program.hook} (${program.name})`,
    available,
    needed,
    detail: available ? program.purpose : errnoText(refusal.errno),
    mend: available ? "" : refusalHint(refusal.errno),
  };
}
