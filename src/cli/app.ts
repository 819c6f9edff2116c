/** The app as the flags describe it: the command, where it runs, with whose rights and in which environment. */
import { UsageError } from "../core/errors.ts";
import { environmentBeforeSudo, undoSudo } from "../target/before-sudo.ts";
import type { App } from "../target/native.ts";
import { findUser } from "../target/user.ts";
import type { Call } from "./call.ts";

/** Throws `UsageError` where no command was given. */
export const appOf = ({ settings, world, caller }: Call): App => {
  const { command, json } = settings;
  if (command === null) {
    throw new UsageError("usage.flag", "There is no command that starts the app.", {
      hint: 'Give one with -c "./app", or `command: ./app` in reprise.yml.',
    });
  }
  const env = Object.fromEntries(
    Object.entries(world.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const before = caller === null ? null : environmentBeforeSudo(process.ppid);
  const user = caller === null ? null : findUser(caller);
  return {
    command,
    cwd: world.cwd,
    env: before === null ? env : undoSudo(env, before),
    user,
    stdout: json ? "stderr" : "inherit",
  };
};
