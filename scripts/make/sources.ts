/**
 * Fetches what the native parts are built with and from: zig (a C compiler for any machine, also for BPF) from PyPI, and
 * the sources of libbpf, libelf and zlib in one crate. Both are pinned by content; nothing is fetched a second time.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dist, root, run, step } from "./step.ts";

const crate = {
  version: "1.7.0+v1.7.0",
  // The crate's checksum. cargo has compared it with what it unpacked; here it is compared with what is meant.
  sha256: "a109478760b2900aa2a6f2087e9d0de1d9c535b1758602af2845d5d2ccfaed7c",
};
const zigPackages = join(dist, "tools/zig");
const vendored = join(dist, "vendor/src", `libbpf-sys-${crate.version}`);

/** The folders libbpf/, elfutils/ and zlib/. */
export const sources = vendored;

/** Where `#include <bpf/bpf_helpers.h>` is found: libbpf keeps its headers without the folder that users write. */
export const libbpfHeaders = join(dist, "vendor/include");

/** What tells one compiler and one set of sources from another, for the stamps of the steps that use them. */
export const pins = { crate: crate.sha256, zig: readFileSync(join(import.meta.dir, "zig.txt"), "utf8") };

/** Runs zig; its caches stay below dist/. */
export function zig(args: readonly string[]): Promise<void> {
  const cache = join(dist, "cache/zig");
  return run([join(zigPackages, "ziglang/zig"), ...args], { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache });
}

export async function fetchSources(): Promise<void> {
  await step({
    verb: "fetch",
    name: "zig",
    inputs: [join(import.meta.dir, "zig.txt")],
    recipe: 1,
    outputs: [join(zigPackages, "ziglang/zig")],
    run: async () => {
      rmSync(zigPackages, { recursive: true, force: true });
      const quiet = [
        "--quiet",
        "--no-input",
        "--no-compile",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
      ];
      const wanted = ["--require-hashes", "--requirement", join(root, "scripts/make/zig.txt")];
      await run(["python3", "-m", "pip", "install", ...quiet, "--target", zigPackages, ...wanted]);
    },
  });
  await step({
    verb: "fetch",
    name: "libbpf, libelf, zlib",
    inputs: [],
    recipe: crate,
    outputs: [join(vendored, "libbpf/src/libbpf.c"), join(libbpfHeaders, "bpf/bpf_helpers.h")],
    run: vendor,
  });
}

async function vendor(): Promise<void> {
  const folder = join(dist, "vendor");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(libbpfHeaders, { recursive: true });
  const manifest = [
    "[package]",
    'name = "vendor"',
    'version = "0.0.0"',
    'edition = "2021"',
    "[lib]",
    'path = "lib.rs"',
  ];
  manifest.push("[dependencies]", `libbpf-sys = "=${crate.version}"`, "[workspace]", "");
  writeFileSync(join(folder, "Cargo.toml"), manifest.join("\n"));
  writeFileSync(join(folder, "lib.rs"), "");
  const where = ["--manifest-path", join(folder, "Cargo.toml"), join(folder, "src")];
  await run(["cargo", "vendor", "--quiet", "--versioned-dirs", ...where]);
  checkVendored();
  symlinkSync(join(vendored, "libbpf/src"), join(libbpfHeaders, "bpf"));
}

function checkVendored(): void {
  const listed = JSON.parse(readFileSync(join(vendored, ".cargo-checksum.json"), "utf8")) as {
    readonly package: string;
    readonly files: Readonly<Record<string, string>>;
  };
  if (listed.package !== crate.sha256) {
    throw new Error(`libbpf-sys ${crate.version} has the checksum ${listed.package}, and ${crate.sha256} is meant`);
  }
  for (const [path, wanted] of Object.entries(listed.files)) {
    const found = new Bun.CryptoHasher("sha256").update(readFileSync(join(vendored, path))).digest("hex");
    if (found !== wanted) throw new Error(`${path} of libbpf-sys ${crate.version} is not what the crate holds`);
  }
}
