/** The capabilities without which nothing can be attached to the kernel; asked before anything is tried. */
import { readFileSync } from "node:fs";
import { EnvironmentError } from "../core/errors.ts";

const Capability = { netAdmin: 12, sysAdmin: 21 } as const;
const HINT = "Run it as root (sudo reprise …); in a container, run it with --privileged.";

/** What this process may do; `held` are its effective capabilities in hexadecimal. */
export interface Privilege {
  readonly isEnough: boolean;
  readonly held: string;
  readonly hint: string;
}

/** Reads it from the kernel, or from the text of /proc/PID/status. */
export function privilege(status: string = readFileSync("/proc/self/status", "utf8")): Privilege {
  const held = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
  const has = (bit: number) => ((BigInt(`0x${held}`) >> BigInt(bit)) & 1n) === 1n;
  return { isEnough: has(Capability.sysAdmin) && has(Capability.netAdmin), held, hint: HINT };
}

/** Throws `EnvironmentError` where recording and replaying cannot work, before anything has been touched. */
export function requirePrivilege(found: Privilege = privilege()): void {
  if (found.isEnough) return;
  const message = "Reprise needs root: it loads programs into the kernel that listen to the app, and to nothing else.";
  throw new EnvironmentError("environment.privilege", message, { hint: found.hint });
}
