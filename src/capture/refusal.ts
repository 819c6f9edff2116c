/** What it means that the kernel refused a program, in words, and what to do about it. */
import { errnoText } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Refusal } from "./bpf-object.ts";
import type { Program } from "./programs.ts";

const EPERM = 1;
const EACCES = 13;

/** The sentence that helps, by errno. */
export function refusalHint(number: number): string {
  if (number === EPERM && process.getuid?.() !== 0) return "Run it as root: sudo reprise …";
  if (number === EPERM) return "Root lacks CAP_BPF and CAP_NET_ADMIN here: in a container, run it with --privileged.";
  return "Reprise needs Linux 5.15 or later with BPF and cgroup v2; `reprise doctor` says what this kernel lacks.";
}

/** The error for a needed program that was refused at load or attach. */
export function refusedError(act: "load" | "attach", program: Program, refusal: Refusal): EnvironmentError {
  const isPrivilege = refusal.errno === EPERM || (refusal.errno === EACCES && process.getuid?.() !== 0);
  return new EnvironmentError(
    isPrivilege ? "environment.privilege" : "environment.kernel",
    `failed to ${act} ${program.name} (${program.hook}): ${errnoText(refusal.errno)}.`,
    { hint: refusalHint(refusal.errno), ...(refusal.log === "" ? {} : { cause: new Error(refusal.log) }) },
  );
}
