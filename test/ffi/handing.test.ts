import { expect, test } from "bun:test";
import { closeSync, fstatSync, openSync, writeFileSync } from "node:fs";
import { handOver, packetChannel } from "../../ffi/handing.ts";
import { Folder } from "../support/folder.ts";

/** Takes one packet and says which files the descriptors in it are. */
const taker = `
import os,socket
m,fds,_,_=socket.recv_fds(socket.socket(fileno=3),100,8)
print(m.decode(),*[os.fstat(fd).st_ino for fd in fds])`;

test("what was handed over is open there, also when it is closed here before anybody has taken it", async () => {
  using folder = new Folder();
  for (const name of ["a", "b"]) writeFileSync(folder.at(name), "");
  const fds = ["a", "b"].map((name) => openSync(folder.at(name), "r"));
  const files = fds.map((fd) => fstatSync(fd).ino);
  const [own, other] = packetChannel();
  expect(handOver(own, "7", fds)).toBe(true);
  for (const fd of [...fds, own]) closeSync(fd);
  const stdio = ["ignore", "pipe", "inherit", other] as ["ignore", "pipe", "inherit", number];
  const child = Bun.spawn(["python3", "-c", taker], { stdio });
  expect(await new Response(child.stdout).text()).toBe(`7 ${files.join(" ")}\n`);
  closeSync(other);
});

test("nobody waits: where there is no room, or nobody, nothing is handed over", () => {
  const [own, other] = packetChannel();
  const file = openSync("/dev/null", "r");
  let sent = 0;
  while (sent < 100_000 && handOver(own, "1", [file])) sent++;
  expect(sent).toBeWithin(1, 100_000);
  closeSync(other);
  expect(handOver(own, "1", [file])).toBe(false);
  for (const fd of [own, file]) closeSync(fd);
});
