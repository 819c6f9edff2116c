/**
 * What the app must find in place of the host's files so that its look-ups come as DNS packets: nss-resolve, mdns and nscd
 * answer over sockets of their own, where a recording cannot answer in their stead. The host's files stay as they are.
 */
import { existsSync, readFileSync } from "node:fs";
import type { PlacedFile } from "./placed.ts";

/** The text of an nsswitch.conf in which hosts are looked up in /etc/hosts and by DNS, and nowhere else. */
export function hostsThroughFiles(text: string): string {
  const rewritten = text.replace(/^([ \t]*hosts[ \t]*:[ \t]*)[^#\n]*?([ \t]*(?:#.*)?)$/gm, "$1files dns$2");
  if (/^[ \t]*hosts[ \t]*:/m.test(rewritten)) return rewritten;
  return `${rewritten}${rewritten === "" || rewritten.endsWith("\n") ? "" : "\n"}hosts: files dns\n`;
}

const SWITCH = "/etc/nsswitch.conf";
/** A plain file in place of the socket: a connect is refused at once, and libc goes on without the daemon. */
const DAEMON_SOCKETS = ["/run/nscd/socket", "/var/run/nscd/socket"];

/** The files to place for an app whose names are answered from a recording. */
export function nameServiceFiles(): PlacedFile[] {
  const files: PlacedFile[] = [];
  if (existsSync(SWITCH)) files.push({ path: SWITCH, content: hostsThroughFiles(readFileSync(SWITCH, "utf8")) });
  const socket = DAEMON_SOCKETS.find((path) => existsSync(path));
  if (socket !== undefined) files.push({ path: socket, content: "" });
  return files;
}
