import { expect } from "bun:test";
import { closeSync, openSync, readFileSync } from "node:fs";
import { BpfObject } from "../../src/capture/bpf-object.ts";
import { listenEvents } from "../../src/capture/listeners.ts";
import { mapModes, programs } from "../../src/capture/programs.ts";
import { Ring } from "../../src/capture/ring.ts";
import { Folder } from "../support/folder.ts";
import { Inhabited } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

const LISTENER_RING = 1 << 16;

/** Listens and ceases to, that many times. */
const listening = (times: number) => `import socket
for i in range(${times}): socket.create_server(("127.0.0.1",0)).close()
print("done",flush=True)`;

rootTest("records are read in order around the ring's end, and copied and written alike", async () => {
  using folder = new Folder();
  await using inhabited = new Inhabited();
  using object = new BpfObject();
  for (const program of programs) object.choose(program.name, program.name === "reprise_watch");
  for (const name of Object.keys(mapModes)) object.omitMap(name);
  expect(object.load()).toBeNull();
  expect(object.attach("reprise_watch", inhabited.cgroup.fd)).toBeNull();
  const ring = new Ring(object.map("listener_ring").fd, LISTENER_RING);
  expect(ring.waitingBytes).toBe(0);

  let total = 0;
  for (let round = 0; round < 4; round++) {
    // 600 records of 48 bytes: the ring's end lies within the third round.
    using app = inhabited.start("python3", "-c", listening(300));
    await app.line();
    const length = ring.available(LISTENER_RING);
    const copied = ring.copy(length);
    const file = openSync(folder.at(`out-${round}`), "wx");
    expect(ring.writeTo(file, length)).toBe(0);
    closeSync(file);
    expect(new Uint8Array(readFileSync(folder.at(`out-${round}`)))).toEqual(copied);
    const kinds = [...listenEvents(copied, 0)].map(({ kind }) => kind);
    const stamps = [...listenEvents(copied, 0)].map(({ at }) => at * 1e6);
    expect(ring.nextAt / 1e6).toBeCloseTo((stamps[0] ?? 0) / 1e6, 3);
    expect([ring.lengthBefore(0, length), ring.lengthBefore(Infinity, length)]).toEqual([0, length]);
    expect(ring.lengthBefore(ring.nextAt + 1, length)).toBe(48);
    expect(kinds).toEqual(Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? "listen" : "gone")));
    ring.advance(length);
    expect(ring.waitingBytes).toBe(0);
    total += length;
  }
  expect(total).toBeGreaterThan(LISTENER_RING);
  ring.close();
});
