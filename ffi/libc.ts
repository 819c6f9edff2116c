/**
 * The C library: one table, opened at the first call. A wrapper turns a failed call into an `EnvironmentError` that
 * names the call and the errno; what to do about it is for `capture` and `target`. Its counterpart is `libbpf.ts`.
 */
import { CString, dlopen, FFIType as T, type Pointer, ptr, read } from "bun:ffi";
import { closeSync } from "node:fs";
import { getSystemErrorMap } from "node:util";
import { EnvironmentError, type ErrorCode } from "../src/core/errors.ts";

const open = () =>
  dlopen("libc.so.6", {
    __errno_location: { args: [], returns: T.ptr },
    syscall: { args: [T.i64, T.i64, T.i64, T.i64, T.i64, T.i64, T.i64], returns: T.i64 },
    memfd_create: { args: [T.ptr, T.u32], returns: T.i32 },
    mmap: { args: [T.ptr, T.u64, T.i32, T.i32, T.i32, T.i64], returns: T.ptr },
    getpagesize: { args: [], returns: T.i32 },
    munmap: { args: [T.ptr, T.u64], returns: T.i32 },
    epoll_create1: { args: [T.i32], returns: T.i32 },
    epoll_ctl: { args: [T.i32, T.i32, T.i32, T.ptr], returns: T.i32 },
    epoll_wait: { args: [T.i32, T.ptr, T.i32, T.i32], returns: T.i32 },
    eventfd: { args: [T.u32, T.i32], returns: T.i32 },
    write: { args: [T.i32, T.ptr, T.u64], returns: T.i64 },
    clock_gettime: { args: [T.i32, T.ptr], returns: T.i32 },
    pipe2: { args: [T.ptr, T.i32], returns: T.i32 },
    socketpair: { args: [T.i32, T.i32, T.i32, T.ptr], returns: T.i32 },
    sendmsg: { args: [T.i32, T.ptr, T.i32], returns: T.i64 },
    unshare: { args: [T.i32], returns: T.i32 },
    fcntl: { args: [T.i32, T.i32, T.i64], returns: T.i32 },
    inotify_init1: { args: [T.i32], returns: T.i32 },
    inotify_add_watch: { args: [T.i32, T.ptr, T.u32], returns: T.i32 },
    getgrouplist: { args: [T.ptr, T.u32, T.ptr, T.ptr], returns: T.i32 },
    getpwnam: { args: [T.ptr], returns: T.ptr },
  }).symbols;

let opened: ReturnType<typeof open> | undefined;

/** The functions of libc.so.6 that this project calls. */
export const libc = () => (opened ??= open());

/** A text as C wants it. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${text}\0`);

/** Why the last failed call of this thread failed. */
export function errno(): number {
  const location = libc().__errno_location();
  return location === null ? 0 : read.i32(location, 0);
}

/** `EPERM: operation not permitted`, for any errno. */
export function errnoText(number: number): string {
  const known = getSystemErrorMap().get(-number);
  return known === undefined ? `errno ${number}` : `${known[0]}: ${known[1]}`;
}

/** A failed call in words; `hint` says what to do next. */
export function callError(call: string, number: number, details: { code?: ErrorCode; hint?: string } = {}) {
  const message = `${call} failed: ${errnoText(number)}.`;
  return new EnvironmentError(details.code ?? "environment.kernel", message, { hint: details.hint ?? "" });
}

/** Passes a result on unless it is negative. */
export function checked(call: string, result: number | bigint): number {
  const number = Number(result);
  if (number < 0) throw callError(call, errno());
  return number;
}

/** Numbers that x86-64 and arm64 share. */
const Call = { fsopen: 430, fsconfig: 431, fsmount: 432, pidfdOpen: 434, pidfdGetfd: 438 } as const;
const FSOPEN_CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;
const FSMOUNT_CLOEXEC = 1;
/** nosuid, nodev, noexec */
const MOUNT_ATTRIBUTES = 0x2 | 0x4 | 0x8;

/** A mount of that file system that no path leads to; it lives as long as the descriptor. */
export function detachedMount(type: string): number {
  const { syscall } = libc();
  const name = cString(type);
  const context = checked("fsopen", syscall(Call.fsopen, ptr(name), FSOPEN_CLOEXEC, 0, 0, 0, 0));
  try {
    checked("fsconfig", syscall(Call.fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0, 0));
    return checked("fsmount", syscall(Call.fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTRIBUTES, 0, 0, 0));
  } finally {
    closeSync(context);
  }
}

const MFD_CLOEXEC = 1;
const MFD_EXEC = 0x10;
const EINVAL = 22;

/** An empty file in memory that closes on exec; `executable` asks for it where the kernel (6.3) knows the difference. */
export function memoryFile(name: string, executable: boolean): number {
  const create = libc().memfd_create;
  const text = cString(name);
  const fd = create(text, executable ? MFD_CLOEXEC | MFD_EXEC : MFD_CLOEXEC);
  if (fd >= 0 || !executable || errno() !== EINVAL) return checked("memfd_create", fd);
  return checked("memfd_create", create(text, MFD_CLOEXEC));
}

const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;

/** Both ends of a pipe; they close on exec. */
export function pipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const ends = new Int32Array(2);
  checked("pipe2", libc().pipe2(ends, O_CLOEXEC));
  return { readEnd: ends[0] ?? -1, writeEnd: ends[1] ?? -1 };
}

const F_GETFL = 3;
const F_SETFL = 4;

/** Clears O_NONBLOCK for every holder of the descriptor's open file description. */
export function makeBlocking(fd: number): void {
  const flags = checked("fcntl", libc().fcntl(fd, F_GETFL, 0));
  checked("fcntl", libc().fcntl(fd, F_SETFL, flags & ~O_NONBLOCK));
}

const F_DUPFD_CLOEXEC = 1030;

/** The same open file under a number of at least `least`; it closes on exec. */
export function duplicateFrom(fd: number, least: number): number {
  return checked("fcntl", libc().fcntl(fd, F_DUPFD_CLOEXEC, least));
}

const CLONE_FILES = 0x400;

/**
 * From here on this thread has descriptors of its own: copies of all that the process has open at this moment. They are
 * closed when the thread ends, at once where the process is killed: the others' wait until its memory is torn down.
 */
export function separateFiles(): void {
  checked("unshare", libc().unshare(CLONE_FILES));
}

/** A descriptor of the process's, for a thread with descriptors of its own. */
export function fetchFile(fd: number): number {
  const { syscall } = libc();
  const self = checked("pidfd_open", syscall(Call.pidfdOpen, process.pid, 0, 0, 0, 0, 0));
  try {
    return checked("pidfd_getfd", syscall(Call.pidfdGetfd, self, fd, 0, 0, 0, 0));
  } finally {
    closeSync(self);
  }
}

const IN_MODIFY = 0x2;

/** A descriptor that becomes readable when the file is modified, or -1 where the machine's watches are used up. */
export function watchModified(path: string): number {
  const fd = libc().inotify_init1(O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  if (libc().inotify_add_watch(fd, cString(path), IN_MODIFY) >= 0) return fd;
  closeSync(fd);
  return -1;
}

/** Every group of that user, `gid` included, by whatever sources the machine's nsswitch.conf names. */
export function groupsOf(name: string, gid: number): number[] {
  const text = cString(name);
  const count = new Int32Array([32]);
  for (;;) {
    const room = count[0] ?? 0;
    const groups = new Uint32Array(room);
    if (libc().getgrouplist(text, gid, groups, count) >= 0) return [...groups.subarray(0, count[0])];
    if ((count[0] ?? 0) <= room) return [gid];
  }
}

/** struct passwd on 64-bit machines: name, password, uid and gid, gecos, home, shell. */
const PASSWD_HOME = 32;

/** The home directory of that user, or `null` if the machine does not know the name. */
export function homeOf(name: string): string | null {
  const entry = libc().getpwnam(cString(name));
  if (entry === null) return null;
  return new CString(read.ptr(entry, PASSWD_HOME) as Pointer).toString();
}
