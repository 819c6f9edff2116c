/**
 * Unix sockets by their names: which the app may reach unseen, and what to say of those whose bytes never pass where we
 * could read or answer them. A name is a path, or begins with @ where it is abstract; /var/run, a link, is left at /run.
 */

/** Sockets of a kind: by their whole names, and by how their names begin. */
export interface SocketSet {
  readonly names: readonly string[];
  readonly beginnings: readonly string[];
}

/** Where servers of a kind listen by custom, and how an app is told to reach them otherwise (`$1` of the path in it). */
export interface KnownSocket {
  readonly path: RegExp;
  readonly remedy: string;
}

/** What a miss of such a socket has for a protocol. */
export const UNIX_SOCKET = "unix socket";

const REASON = "it is a unix socket, where nothing can be read";

/** Why connections to that socket are not recorded, and what helps. */
export function unixReason(name: string, known: readonly KnownSocket[]): string {
  for (const { path, remedy } of known) {
    const found = path.exec(name);
    if (found !== null) return `${REASON}; give the app ${remedy.replaceAll("$1", found[1] ?? "")}`;
  }
  return `${REASON}; have the app reach that service by host and port, or let it through (--pass-through-sockets)`;
}

/** Whether that is what `unixReason` says. */
export const isUnixReason = (reason: string): boolean => reason.startsWith(REASON);

/** The name that stands for all of a socket's. */
export const plainSocketName = (name: string): string => name.replace(/^\/var\/run\//, "/run/");

/** The sockets that somebody lists: what ends with a slash is a folder, with all that are in it. */
export function socketSet(listed: readonly string[]): SocketSet {
  const plain = [...new Set(listed.map(plainSocketName))];
  return {
    names: plain.filter((name) => !name.endsWith("/")),
    beginnings: plain.filter((name) => name.endsWith("/")),
  };
}

/** Both of them in one. */
export const joinedSockets = (one: SocketSet, other: SocketSet): SocketSet => ({
  names: [...one.names, ...other.names],
  beginnings: [...one.beginnings, ...other.beginnings],
});
