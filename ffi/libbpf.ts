/**
 * libbpf: one table over the embedded library, which holds libelf and zlib and needs libc alone. The bytes are loaded
 * from a memory file, so nothing is left in a shared directory, and a read-only or noexec /tmp does not matter.
 * Its counterpart is `libc.ts`; policy (which programs, what a refusal means) is for `capture`.
 */
import { dlopen, FFIType as T } from "bun:ffi";
import { closeSync, writeSync } from "node:fs";
import { EnvironmentError } from "../src/core/errors.ts";
import { memoryFile } from "./libc.ts";

const open = (path: string) =>
  dlopen(path, {
    libbpf_set_print: { args: [T.ptr], returns: T.ptr },
    bpf_object__open_mem: { args: [T.ptr, T.u64, T.ptr], returns: T.ptr },
    bpf_object__load: { args: [T.ptr], returns: T.i32 },
    bpf_object__close: { args: [T.ptr], returns: T.void },
    bpf_object__find_program_by_name: { args: [T.ptr, T.ptr], returns: T.ptr },
    bpf_object__find_map_by_name: { args: [T.ptr, T.ptr], returns: T.ptr },
    bpf_program__set_autoload: { args: [T.ptr, T.bool], returns: T.i32 },
    bpf_program__set_log_buf: { args: [T.ptr, T.ptr, T.u64], returns: T.i32 },
    bpf_program__expected_attach_type: { args: [T.ptr], returns: T.i32 },
    bpf_program__fd: { args: [T.ptr], returns: T.i32 },
    bpf_map__set_autocreate: { args: [T.ptr, T.bool], returns: T.i32 },
    bpf_map__set_max_entries: { args: [T.ptr, T.u32], returns: T.i32 },
    bpf_map__initial_value: { args: [T.ptr, T.ptr], returns: T.ptr },
    bpf_map__reuse_fd: { args: [T.ptr, T.i32], returns: T.i32 },
    bpf_map__fd: { args: [T.ptr], returns: T.i32 },
    bpf_link_create: { args: [T.i32, T.i32, T.i32, T.ptr], returns: T.i32 },
    bpf_program__attach_uprobe: { args: [T.ptr, T.bool, T.i32, T.ptr, T.u64], returns: T.ptr },
    bpf_link__destroy: { args: [T.ptr], returns: T.i32 },
    bpf_map_update_elem: { args: [T.i32, T.ptr, T.ptr, T.u64], returns: T.i32 },
    bpf_map_lookup_elem: { args: [T.i32, T.ptr, T.ptr], returns: T.i32 },
    bpf_map_get_next_key: { args: [T.i32, T.ptr, T.ptr], returns: T.i32 },
    bpf_map_delete_elem: { args: [T.i32, T.ptr], returns: T.i32 },
  }).symbols;

/** libbpf's functions that this project calls. */
export type Libbpf = ReturnType<typeof open>;

/** Loads libbpf from the bytes of its shared object; what it would print to stderr is silenced. */
export function loadLibbpf(bytes: Uint8Array): Libbpf {
  const fd = memoryFile("reprise-libbpf", true);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done);
    const library = open(`/proc/self/fd/${fd}`);
    library.libbpf_set_print(null);
    return library;
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause;
    throw new EnvironmentError("environment.library", "The embedded libbpf.so cannot be loaded.", {
      hint: "It needs glibc 2.17 or later, and /proc mounted.",
      cause,
    });
  } finally {
    closeSync(fd);
  }
}
