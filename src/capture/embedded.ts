/**
 * The kernel's programs and libbpf: a compiled binary carries them, a checkout has them in `dist/native`. They are read,
 * and the library is loaded from memory: nothing is written to disk. Their sources are `bpf/` and `scripts/make/`.
 */
import { readFileSync } from "node:fs";
import { type Libbpf, loadLibbpf } from "../../ffi/libbpf.ts";
import libraryFile from "../../dist/native/libbpf.so" with { type: "file" };
import objectFile from "../../dist/native/reprise.bpf.o" with { type: "file" };
import attributionFile from "../../dist/native/attribution.bpf.o" with { type: "file" };
import steerFile from "../../dist/native/steer.bpf.o" with { type: "file" };
import unixFile from "../../dist/native/unix.bpf.o" with { type: "file" };

let loaded: Libbpf | undefined;

/** libbpf, loaded at the first call. */
export const libbpf = (): Libbpf => (loaded ??= loadLibbpf(readFileSync(libraryFile)));

/** The bytes of the BPF object. */
export const bpfObject = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(objectFile));

/** The bytes of the object that steers incoming connections. */
export const steerObject = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(steerFile));

/** The bytes of the object that says who sends and receives. */
export const attributionObject = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(attributionFile));

/** The bytes of the object that sees connections to unix sockets. */
export const unixObject = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(unixFile));
