/** `reprise doctor`: what this machine has and lacks, each lack with the line that mends it. Changes nothing. */
import { privilege } from "../../capture/privilege.ts";
import { type Finding, probe } from "../../capture/probe.ts";
import { EnvironmentError } from "../../core/errors.ts";
import { clockSupport } from "../../target/clock-support.ts";
import { handoverSupport } from "../../target/handover-support.ts";
import { findUser } from "../../target/user.ts";
import { findCgroupMount } from "../../target/cgroup-mount.ts";
import { runtimeStores } from "../../target/trust/runtimes.ts";
import { systemTrust } from "../../target/trust/system.ts";
import { walk } from "../../target/trust/walk.ts";
import { type Call } from "../call.ts";
import { ExitCode } from "../exit-code.ts";

/** Whether the app can be given a cgroup of its own; a kernel that has them may still hold none that we may write. */
const findPlace = (): Finding => {
  const name = "a cgroup for the app";
  try {
    const { path, isPrivate } = findCgroupMount();
    const detail = isPrivate ? "in a hierarchy that is mounted for Reprise alone" : `below ${path}`;
    return { name, available: true, needed: true, detail, mend: "" };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { name, available: false, needed: true, detail: error.message, mend: error.hint };
  }
};

/** Whose stores an app that is started here may trust; a command may bring more. */
const findTrust = ({ world, caller }: Call): Finding => {
  const env = Object.fromEntries(Object.entries(world.env).map(([name, value]) => [name, value ?? ""]));
  const home = caller === null ? (world.env["HOME"] ?? null) : findUser(caller).home;
  const { bundles, hashed, anchors } = systemTrust();
  const runtimes = runtimeStores({ command: "", cwd: world.cwd, env, home }, walk(world.cwd));
  const counts = {
    "the system's": bundles.length + hashed.length + anchors.length,
    "Python's": runtimes.python.length,
    "Java's": runtimes.java.length,
    "of other runtimes": runtimes.others.length,
  };
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const available = counts["the system's"] > 0;
  return {
    name: "TLS trust",
    available,
    needed: false,
    detail: found.map(([name, count]) => `${name} (${count})`).join(", ") || "no store of trusted roots",
    mend: available ? "" : "Install the roots: apt-get install ca-certificates",
  };
};

/** Whether `test` can have the app live in the recording's time. */
const findClock = async (): Promise<Finding> => {
  const { lacks, mend } = await clockSupport();
  const available = lacks === "";
  return { name: "the app's clock", available, needed: false, detail: available ? "can be shifted" : lacks, mend };
};

/** Whether `record` can leave connections in clear text to the app. */
const findHandover = async (): Promise<Finding> => {
  const { lacks, mend } = await handoverSupport();
  const available = lacks === "";
  return { name: "leaving the proxy", available, needed: false, detail: available ? "can be done" : lacks, mend };
};

const lines = (findings: readonly Finding[], { paint }: Call["output"]): string[] => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const mark = ({ available, needed }: Finding): string =>
    available ? paint.good("✓") : needed ? paint.bad("✕") : paint.warn("–");
  return findings.flatMap((finding) => [
    `${mark(finding)} ${finding.name.padEnd(width)}  ${finding.available ? paint.faint(finding.detail) : finding.detail}`,
    ...(finding.available ? [] : [`  ${" ".repeat(width)}  ${paint.strong(finding.mend)}`]),
  ]);
};

/** Exits 3 when something needed lacks. */
export const run = async (call: Call): Promise<number> => {
  const { output } = call;
  const { isEnough } = privilege();
  const findings = [
    ...probe(),
    ...(isEnough ? [findPlace(), await findClock(), await findHandover()] : []),
    findTrust(call),
  ];
  const lacking = findings.filter(({ available, needed }) => needed && !available).length;
  for (const line of lines(findings, output)) output.say(line);
  if (!isEnough) output.say("The kernel's programs and the app's cgroup can only be tried with privilege.");
  output.say("");
  if (lacking === 0) output.success("This machine has everything that Reprise needs.");
  else
    output.error(
      `${lacking === 1 ? "One needed thing is" : `${lacking} needed things are`} missing: see the marked lines.`,
    );
  output.document({ ready: lacking === 0, findings });
  return lacking === 0 ? ExitCode.ok : ExitCode.machine;
};
