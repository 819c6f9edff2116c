/**
 * Unix sockets of the machine itself that nobody would record: names and users, logs, desktops, agents. Programs reach for
 * them without being told to, and the app keeps them in replay as well. A service that somebody started for the app's sake
 * is none of these. Counterpart: capture/unix-sockets.ts, which leaves them unseen.
 */
import { readdirSync } from "node:fs";
import { type SocketSet, socketSet } from "../core/unix-socket.ts";

/** Below /run; folders end with a slash. */
const RUN = [
  ...["systemd/", "dbus/", "nscd/", "nslcd/", "udev/", "avahi-daemon/", "uuidd/", "pcscd/", "rpcbind.sock"],
  ...["samba/winbindd/", "resolvconf/", "gssproxy.sock", "gssproxy.default.sock", ".heim_org.h5l.kcm-socket"],
];

/** Below /run/user/UID: others, a rootless container engine's, are services. */
const USER_RUN = ["systemd/", "bus", "at-spi/", "keyring/", "gnupg/", "gcr/", "pulse/", "speech-dispatcher/"];

const ELSEWHERE = ["/dev/log", "/var/lib/sss/pipes/"];

/** Whatever follows. */
const BEGINNINGS = [
  ...["/tmp/.X11-unix/", "@/tmp/.X11-unix/", "/tmp/.ICE-unix/", "@/tmp/.ICE-unix/", "/tmp/dbus-", "@/tmp/dbus-"],
  ...["/tmp/ssh-", "@/org/kernel/", "@/org/freedesktop/", "@/run/systemd/", "/tmp/.gnupg/"],
];
const USER_BEGINNINGS = ["wayland-", "pipewire-"];

/** Variables that name such a socket. */
const VARIABLES = ["SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "NOTIFY_SOCKET"];

/** What an app with that environment may reach of them. */
export function plumbing(env: Readonly<Record<string, string>>): SocketSet {
  const users = usersAtRun();
  const { names, beginnings } = socketSet([
    ...RUN.map((name) => `/run/${name}`),
    ...users.flatMap((user) => USER_RUN.map((name) => `${user}/${name}`)),
    ...ELSEWHERE,
    ...VARIABLES.flatMap((name) => socketsIn(env[name] ?? "")),
  ]);
  const sessions = users.flatMap((user) => USER_BEGINNINGS.map((name) => `${user}/${name}`));
  return { names, beginnings: [...beginnings, ...BEGINNINGS, ...sessions] };
}

function usersAtRun(): string[] {
  try {
    return readdirSync("/run/user").map((name) => `/run/user/${name}`);
  } catch {
    return [];
  }
}

/** A path, or addresses as D-Bus writes them. */
function socketsIn(value: string): string[] {
  if (value.startsWith("/") || value.startsWith("@")) return [value];
  return [...value.matchAll(/unix:(path|abstract)=([^,;]+)/g)].map(([, kind, name = ""]) =>
    kind === "abstract" ? `@${name}` : name,
  );
}
