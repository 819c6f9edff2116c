/**
 * What a command is handed: its settings and the world it runs in. Commands read no environment and print by `output`.
 */
import { type Settings } from "./flags.ts";
import { type Output } from "./output.ts";

/** Who called sudo. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** The process as `main.ts` found it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
}

export interface Call {
  readonly settings: Settings;
  /** What stood after the flags. */
  readonly positionals: readonly string[];
  readonly output: Output;
  readonly world: World;
  /** Whom the app and the files are to belong to; null where nobody used sudo. */
  readonly caller: Caller | null;
  /** The whole of reprise.yml, for what is no flag (`noise`); empty if there is none. */
  readonly file: Readonly<Record<string, unknown>>;
}

/** Sudo's own variables say for whom it was called; root calling for root is nobody. */
export const callerOf = (env: World["env"]): Caller | null => {
  const uid = Number(env["SUDO_UID"] ?? Number.NaN);
  const gid = Number(env["SUDO_GID"] ?? Number.NaN);
  const name = env["SUDO_USER"] ?? "";
  if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0 || name === "") return null;
  return { uid, gid, name };
};
