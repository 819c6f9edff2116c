/** The machines that Reprise is built for, and what each tool of the build calls them. */

export interface Target {
  readonly name: "linux-x64" | "linux-arm64";
  /** zig's triple for a shared library that loads wherever glibc is 2.17 or later. */
  readonly library: string;
  /** zig's triple for a program that needs nothing at all. */
  readonly program: string;
  /** What bpf/ is told: the macro of libbpf's headers, and the folder of vmlinux.h. */
  readonly bpfArch: "x86" | "arm64";
  readonly bun: "bun-linux-x64" | "bun-linux-arm64";
  /** npm's package that holds Bun for this machine. */
  readonly bunPackage: string;
  /** The finished program, below dist/. */
  readonly output: string;
}

export const targets: readonly Target[] = [
  {
    name: "linux-x64",
    library: "x86_64-linux-gnu.2.17",
    program: "x86_64-linux-musl",
    bpfArch: "x86",
    bun: "bun-linux-x64",
    bunPackage: "@oven/bun-linux-x64",
    output: "reprise",
  },
  {
    name: "linux-arm64",
    library: "aarch64-linux-gnu.2.17",
    program: "aarch64-linux-musl",
    bpfArch: "arm64",
    bun: "bun-linux-arm64",
    bunPackage: "@oven/bun-linux-aarch64",
    output: "reprise-linux-arm64",
  },
];

/** The machine that the build runs on. */
export const host: Target["name"] = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
