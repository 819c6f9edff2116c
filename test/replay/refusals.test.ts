import { expect, test } from "bun:test";
import { unixReason } from "../../src/core/unix-socket.ts";
import { refusalNote, Refusals } from "../../src/replay/refusals.ts";
import { Folder } from "../support/folder.ts";

const unread = (peer: string, reason = unixReason(peer, [])) => ({ peer, reason, connections: 1 });
const miss = (asked: string) => ({ protocol: "unix socket", asked, nearest: null });

test("each socket is told once for every time that it was asked for between two looks", () => {
  const counts = new Map<string, number>();
  const refusals = new Refusals({ calls: () => new Map(counts) }, [unread("/run/a"), unread("/var/run/b")]);
  expect(refusals.fresh()).toEqual([]);
  counts.set("/run/a", 3);
  expect(refusals.fresh()).toEqual([miss("/run/a")]);
  expect(refusals.fresh()).toEqual([]);
  counts.set("/run/a", 4).set("/run/b", 1);
  expect(refusals.fresh()).toEqual([miss("/run/a"), miss("/run/b")]);
});

test("a socket that the recording did not use counts where somebody is there", () => {
  using folder = new Folder();
  using server = Bun.listen({ unix: folder.at("here"), socket: { data() {} } });
  expect(server.unix).toBe(folder.at("here"));
  const counts = new Map([folder.at("here"), folder.at("gone")].map((name) => [name, 1]));
  const refusals = new Refusals({ calls: () => counts }, [unread(folder.at("gone"), "TLS")]);
  expect(refusals.fresh()).toEqual([miss(folder.at("here"))]);
});

test("where the kernel cannot refuse, nothing is", () => {
  expect(new Refusals(null, [unread("/run/a")]).fresh()).toEqual([]);
});

test("the note says how to let it through", () => {
  expect(refusalNote(miss("/run/a"))).toStartWith("A connection to /run/a was refused: ");
  expect(refusalNote(miss("/run/a"))).toEndWith("or let it through (--pass-through-sockets).");
});
