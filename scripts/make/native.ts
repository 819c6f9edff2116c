/**
 * The native parts for one machine: `libbpf.so` (with libelf and zlib inside, needing nothing but libc), the launcher, and
 * the BPF objects. The same inputs give the same bytes, wherever and whenever they are built.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { dist, each, files, root, run, say, step } from "./step.ts";
import { libbpfHeaders, pins, sources, zig } from "./sources.ts";
import { host, type Target } from "./targets.ts";

/** Where the parts for one machine lie, under the names that `dist/native` has for them. */
export function nativeFolder(target: Target): string {
  return join(dist, target.name, "native");
}

export async function buildNative(target: Target): Promise<void> {
  // zig builds a libc for the launcher, with pauses that the library's many small files fill.
  await Promise.all([buildLibrary(target), buildLauncher(target), buildObjects(target)]);
  if (target.name === host) await stage(target);
}

const libraryFlags = [
  ...["-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-std=gnu11", "-w"],
  ...["-D_GNU_SOURCE", "-D_LARGEFILE64_SOURCE", "-D_FILE_OFFSET_BITS=64"],
];

interface Part {
  readonly name: string;
  readonly sources: readonly string[];
  readonly flags: readonly string[];
}

function parts(): readonly Part[] {
  const at = (path: string): string => relative(root, join(sources, path));
  const listed = (path: string): string[] => files(at(path), "*.c").map((file) => relative(root, file));
  const zlib = "adler32 crc32 deflate inffast inflate inftrees trees zutil gzlib gzread gzwrite gzclose".split(" ");
  return [
    {
      name: "zlib",
      sources: zlib.map((name) => at(`zlib/${name}.c`)),
      flags: ["-DHAVE_UNISTD_H", "-DHAVE_STDARG_H", `-I${at("zlib")}`],
    },
    {
      name: "elf",
      sources: [...listed("elfutils/libelf"), at("elfutils/lib/next_prime.c")],
      flags: [
        "-DHAVE_CONFIG_H",
        "-Iscripts/make",
        ...["elfutils/libelf", "elfutils/lib", "zlib"].map((path) => `-I${at(path)}`),
      ],
    },
    {
      name: "bpf",
      sources: listed("libbpf/src"),
      flags: [
        "-fvisibility=default",
        ...["libbpf/src", "libbpf/include", "libbpf/include/uapi", "elfutils/libelf", "zlib"].map(
          (path) => `-I${at(path)}`,
        ),
      ],
    },
  ];
}

async function buildLibrary(target: Target): Promise<void> {
  const output = join(nativeFolder(target), "libbpf.so");
  await step({
    verb: "compile",
    name: `${target.name}/libbpf.so`,
    inputs: [join(import.meta.dir, "config.h"), import.meta.path],
    recipe: pins,
    outputs: [output],
    run: async () => {
      const folder = join(dist, target.name, "objects");
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const units = parts().flatMap((part) =>
        part.sources.map((source) => ({
          source,
          flags: part.flags,
          object: join(folder, `${part.name}-${basename(source, ".c")}.o`),
        })),
      );
      const cc = ["cc", "-target", target.library];
      await each(units, ({ source, flags, object }) =>
        zig([...cc, ...libraryFlags, ...flags, "-c", source, "-o", object]),
      );
      const exported = join(sources, "libbpf/src/libbpf.map");
      const link = ["-shared", "-s", `-Wl,--version-script=${exported}`, "-Wl,-soname,libreprise-bpf.so"];
      link.push("-Wl,--gc-sections", "-Wl,-z,defs", "-Wl,--build-id=none");
      await zig([...cc, ...link, ...units.map((unit) => unit.object), "-o", output]);
    },
  });
}

async function buildLauncher(target: Target): Promise<void> {
  const folder = "src/target/launcher";
  const units = files(folder, "*.c");
  const output = join(nativeFolder(target), "launcher");
  const flags = ["-static", "-Os", "-s", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wl,--build-id=none"];
  await step({
    verb: "compile",
    name: `${target.name}/launcher`,
    inputs: [...units, ...files(folder, "*.h"), import.meta.path],
    recipe: [pins.zig, flags],
    outputs: [output],
    run: () =>
      zig(["cc", "-target", target.program, ...flags, ...units.map((path) => relative(root, path)), "-o", output]),
  });
}

// v3 is the instruction set of every kernel from 5.12; a later compiler's default may be more.
const bpfFlags = [
  "-target",
  "bpfel-freestanding-none",
  "-mcpu=v3",
  "-O2",
  "-g",
  "-Wall",
  "-Wpadded",
  "-Wpacked",
  "-Werror",
];

async function buildObjects(target: Target): Promise<void> {
  const headers = files("bpf", "**/*.h");
  for (const source of files("bpf", "*.bpf.c")) {
    const name = `${basename(source, ".bpf.c")}.bpf.o`;
    const output = join(nativeFolder(target), name);
    const include = [`-D__TARGET_ARCH_${target.bpfArch}`, "-Ibpf", `-Ibpf/vmlinux/${target.bpfArch}`];
    await step({
      verb: "compile",
      name: `${target.name}/${name}`,
      inputs: [source, ...headers, import.meta.path],
      recipe: [pins, bpfFlags, include],
      outputs: [output],
      run: () =>
        zig([
          ...["cc", ...bpfFlags, ...include, "-isystem", relative(root, libbpfHeaders)],
          // The types carry the names of their files; where the repository lies is nobody's business.
          ...[`-ffile-prefix-map=${root}=.`, "-c", relative(root, source), "-o", output],
        ]),
    });
  }
}

/** Puts the parts for this machine where `bun src/main.ts` finds them, and writes down the objects' structs. */
async function stage(target: Target): Promise<void> {
  const from = nativeFolder(target);
  const to = join(dist, "native");
  const names = [
    "libbpf.so",
    "launcher",
    ...files("bpf", "*.bpf.c").map((file) => `${basename(file, ".bpf.c")}.bpf.o`),
  ];
  await step({
    verb: "stage",
    name: "native",
    inputs: names.map((name) => join(from, name)),
    recipe: names,
    outputs: names.map((name) => join(to, name)),
    run: async () => {
      for (const name of names) {
        copyFileSync(join(from, name), join(to, `${name}.tmp`));
        renameSync(join(to, `${name}.tmp`), join(to, name));
      }
    },
  });
  const generator = join(root, "scripts/gen-structs.ts");
  if (!existsSync(generator)) return say("skip", "ffi/structs.ts: there is no scripts/gen-structs.ts");
  await step({
    verb: "generate",
    name: "structs",
    inputs: [...files("scripts", "*.ts"), ...names.filter((name) => name.endsWith(".o")).map((name) => join(to, name))],
    recipe: 1,
    outputs: [join(root, "ffi/structs.ts")],
    run: () => run([process.execPath, generator]),
  });
}
