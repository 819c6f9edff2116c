/**
 * Whose rights the app runs with. A tool that needs root is started by sudo, but the app is the caller's: it gets the
 * caller's ids, groups and home, and the files we write belong to the caller. Who called is read in `cli` and passed in.
 */
import { groupsOf, homeOf } from "../../ffi/libc.ts";

/** Who called sudo, as its variables say it. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** A user with all that a process of theirs has. */
export interface User extends Caller {
  /** Every group, `gid` among them. */
  readonly groups: readonly number[];
  /** `null` where the machine does not know the name. */
  readonly home: string | null;
}

/** The caller with groups and home, from whatever sources the machine takes users from. */
export function findUser(caller: Caller): User {
  return { ...caller, groups: groupsOf(caller.name, caller.gid), home: homeOf(caller.name) };
}

/** The environment with the user's name and home in place of those of root, which sudo has put there. */
export function environmentOf(
  environment: Readonly<Record<string, string>>,
  user: User | null,
): Record<string, string> {
  if (user === null) return { ...environment };
  const home = user.home === null ? {} : { HOME: user.home };
  return { ...environment, ...home, USER: user.name, LOGNAME: user.name };
}

/** To whom files that we write are given: the user, else whoever runs us. */
export function ownerOf(user: User | null): { readonly uid: number; readonly gid: number } {
  if (user !== null) return { uid: user.uid, gid: user.gid };
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
