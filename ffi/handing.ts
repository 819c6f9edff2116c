/**
 * Descriptors handed to another process through a socket: on their way they are open already, whatever becomes of us.
 * Nothing is received here; who does is in C.
 */
import { ptr } from "bun:ffi";
import { checked, libc } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** Both ends of a channel of packets; they close on exec. */
export function packetChannel(): readonly [number, number] {
  const ends = new Int32Array(2);
  checked("socketpair", libc().socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
  return [ends[0] ?? -1, ends[1] ?? -1];
}

/** `struct msghdr`, `iovec`, `cmsghdr`: offsets of 64-bit machines. */
const Head = { size: 56, vector: 16, vectors: 24, control: 32, controlBytes: 40 } as const;
const CONTROL_HEAD = 16;

/** Sends descriptors with a word, without waiting; false if there was no room or nobody to take them. */
export function handOver(channel: number, word: string, descriptors: readonly number[]): boolean {
  const text = new TextEncoder().encode(word);
  const vector = new BigUint64Array([BigInt(ptr(text)), BigInt(text.length)]);
  const control = new Uint8Array(CONTROL_HEAD + Math.ceil(descriptors.length / 2) * 8);
  const controlView = new DataView(control.buffer);
  controlView.setBigUint64(0, BigInt(CONTROL_HEAD + descriptors.length * 4), true);
  controlView.setInt32(8, SOL_SOCKET, true);
  controlView.setInt32(12, SCM_RIGHTS, true);
  descriptors.forEach((fd, index) => controlView.setInt32(CONTROL_HEAD + index * 4, fd, true));
  const head = new DataView(new ArrayBuffer(Head.size));
  head.setBigUint64(Head.vector, BigInt(ptr(vector)), true);
  head.setBigUint64(Head.vectors, 1n, true);
  head.setBigUint64(Head.control, BigInt(ptr(control)), true);
  head.setBigUint64(Head.controlBytes, BigInt(control.length), true);
  return Number(libc().sendmsg(channel, new Uint8Array(head.buffer), MSG_DONTWAIT | MSG_NOSIGNAL)) === text.length;
}
