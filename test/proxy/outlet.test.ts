/** The sending half against a socket that takes as little as the test says. */
import { expect, test } from "bun:test";
import { Outlet } from "../../src/proxy/outlet.ts";

/** Takes at most `room` bytes; `room` is refilled by hand. */
class Narrow {
  room = 0;
  got = "";
  writes = 0;
  fins = 0;

  write(bytes: Uint8Array): number {
    this.writes++;
    const taken = bytes.subarray(0, this.room);
    this.room -= taken.length;
    this.got += Buffer.from(taken).toString();
    return taken.length;
  }

  shutdown(): void {
    this.fins++;
  }
}

const open = (): { socket: Narrow; outlet: Outlet } => {
  const socket = new Narrow();
  return { socket, outlet: new Outlet(socket as unknown as ConstructorParameters<typeof Outlet>[0]) };
};

test("bytes leave in order, however little is taken at a time, and the FIN comes last", () => {
  const { socket, outlet } = open();
  socket.room = 2;
  expect(outlet.offer(Buffer.from("abcd"))).toBe(2);
  outlet.keep(Buffer.from("cd"));
  expect(outlet.offer(Buffer.from("ef"))).toBe(0);
  outlet.keep(Buffer.from("ef"));
  outlet.finish();
  outlet.keep(Buffer.from("too late"));
  for (const fins of [0, 0, 0, 0, 1]) {
    expect(socket.fins).toBe(fins);
    socket.room = 1;
    outlet.flush();
    if (socket.got.length === 5) expect(outlet.waitingBytes).toBe(1);
  }
  expect(socket.got).toBe("abcdef");
});

test("small pieces are joined, large ones are not copied together", () => {
  const { socket, outlet } = open();
  socket.room = 1_000_000;
  for (let i = 0; i < 100; i++) outlet.keep(Buffer.from("row "));
  outlet.flush();
  expect([socket.writes, socket.got.length]).toEqual([1, 400]);
  outlet.keep(Buffer.alloc(60_000));
  outlet.keep(Buffer.alloc(60_000));
  outlet.flush();
  expect([socket.writes, outlet.waitingBytes]).toEqual([3, 0]);
});

test("a socket that is gone takes nothing and nothing is thrown", () => {
  const outlet = new Outlet({ write: () => -1, shutdown: () => {} } as unknown as ConstructorParameters<
    typeof Outlet
  >[0]);
  expect(outlet.offer(Buffer.from("x"))).toBe(0);
  outlet.keep(Buffer.from("x"));
  outlet.flush();
  expect(outlet.waitingBytes).toBe(1);
});
