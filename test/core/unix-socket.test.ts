import { expect, test } from "bun:test";
import {
  isUnixReason,
  joinedSockets,
  plainSocketName,
  socketSet,
  UNIX_SOCKET,
  unixReason,
} from "../../src/core/unix-socket.ts";

const known = [{ path: /\/db-(\d+)\.sock$/, remedy: "host 127.0.0.1 and port $1" }];

test("the reason says what helps: what is known of such a name, or else to let it through", () => {
  expect(unixReason("/run/x/db-99.sock", known)).toEndWith("; give the app host 127.0.0.1 and port 99");
  expect(unixReason("@other", known)).toEndWith("or let it through (--pass-through-sockets)");
});

test("the reason is known again", () => {
  expect(isUnixReason(unixReason("/run/db-1.sock", known))).toBe(true);
  expect(isUnixReason("TLS (the client refused)")).toBe(false);
  expect(UNIX_SOCKET).toBe("unix socket");
});

test("/var/run is /run, wherever else the words stand", () => {
  expect(["/var/run/a.sock", "/run/a.sock", "/srv/var/run/a", "@/var/run/a"].map(plainSocketName)).toEqual([
    "/run/a.sock",
    "/run/a.sock",
    "/srv/var/run/a",
    "@/var/run/a",
  ]);
});

test("folders are beginnings, all else are whole names", () => {
  expect(socketSet(["/var/run/a/", "/run/b.sock", "/var/run/b.sock", "@c"])).toEqual({
    names: ["/run/b.sock", "@c"],
    beginnings: ["/run/a/"],
  });
  expect(joinedSockets(socketSet(["/a"]), socketSet(["/b/"]))).toEqual({ names: ["/a"], beginnings: ["/b/"] });
});
