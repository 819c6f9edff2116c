/** Real apps, started as the product starts them, for the tests of `src/target`. */
import { createCgroup } from "../../src/target/cgroup.ts";
import { launch, type LaunchOptions, type Target } from "../../src/target/native.ts";

/** A running app that is ended, with its cgroup removed, when the test's scope ends. */
export interface Launched extends AsyncDisposable {
  readonly target: Target;
  readonly cgroup: LaunchOptions["cgroup"];
}

/** Starts a command in a fresh cgroup; everything may be said otherwise. */
export const launched = async (command: string, options: Partial<LaunchOptions> = {}): Promise<Launched> => {
  const cgroup = options.cgroup ?? createCgroup();
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/root", USER: "root", LOGNAME: "root" };
  const usual: LaunchOptions = { command, cwd: "/", env, user: null, cgroup, files: [], stdout: "stderr" };
  try {
    const target = await launch({ ...usual, ...options });
    const end = async () => {
      await target.stop(0);
      cgroup.remove();
    };
    return { target, cgroup, [Symbol.asyncDispose]: end };
  } catch (error) {
    cgroup.remove();
    throw error;
  }
};
