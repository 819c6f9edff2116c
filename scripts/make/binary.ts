/**
 * The program: src/, the libraries and the native parts for one machine in one file, on Bun's own runtime.
 *
 * A Worker in a compiled program is an entry point of its own, and lies below `/$bunfs/root/` where it lay below src/,
 * whereas every other module is in a chunk beside the main file. So it is started like this, in the module
 * beside it, and with a literal that the checkout and the program both understand:
 *
 *     const inProgram = import.meta.path.startsWith("/$bunfs/");
 *     new Worker(new URL(inProgram ? "./capture/drain-worker.ts" : "./drain-worker.ts", import.meta.url));
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { BunPlugin } from "bun";
import { dist, files, root, run, step } from "./step.ts";
import { nativeFolder } from "./native.ts";
import { host, type Target } from "./targets.ts";

/** Modules that run in a thread of their own; each must be named here to be in the program. */
const workers = ["src/capture/drain-worker.ts", "src/cli/decode-worker.ts"];

const bunVersion = "1.4.5";

/** The runtimes by content: what is shipped is what was tested. */
const runtimes: Readonly<Record<Target["name"], string>> = {
  "linux-x64": "f05d28a3862f4b84395c7fa32480b835dd47482e80b7e7a49a115227f0c06083",
  "linux-arm64": "04778f1f42399a69d086853e9c7af4acf574b2f21a43d0dc673853d8b84a2923",
};

export async function buildBinary(target: Target): Promise<void> {
  const output = join(dist, target.output);
  const entries = ["src/main.ts", ...workers].filter((path) => path === "src/main.ts" || existsSync(join(root, path)));
  if (Bun.version !== bunVersion) throw new Error(`Bun ${bunVersion} is wanted and this is ${Bun.version}`);
  const runtime = target.name === host ? undefined : await fetchRuntime(target);
  await step({
    verb: "bundle",
    name: target.output,
    inputs: [
      ...["src", "ffi"].flatMap((folder) => files(folder, "**/*.{ts,cjs}")),
      ...files(nativeFolder(target).slice(root.length + 1), "*"),
      ...["package.json", "bun.lock", "tsconfig.json"].map((name) => join(root, name)),
      import.meta.path,
    ],
    recipe: [bunVersion, entries],
    outputs: [output],
    run: () => bundle(target, entries, runtime, output),
  });
}

async function bundle(target: Target, entries: string[], runtime: string | undefined, output: string): Promise<void> {
  const folder = join(dist, target.name, "bundle");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const built = join(folder, "reprise");
  const result = await Bun.build({
    entrypoints: entries.map((path) => join(root, path)),
    root: join(root, "src"),
    target: "bun",
    // Names stay readable in the stack of a bug; a stack points at the sources.
    minify: { whitespace: true, syntax: true, identifiers: false },
    sourcemap: "linked",
    format: "esm",
    // Halves the start. What one machine compiled is not for another's runtime.
    bytecode: target.name === host,
    // `--help` reads none of what a command needs.
    splitting: true,
    plugins: [nativeParts(target)],
    compile: {
      target: target.bun,
      outfile: built,
      // A folder that we are started in is the app's: its .env and bunfig.toml are none of our business.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(runtime === undefined ? {} : { executablePath: runtime }),
    },
  });
  if (!result.success) throw new Error(result.logs.map(String).join("\n"));
  renameSync(built, output);
  rmSync(folder, { recursive: true });
}

/** What src/ imports from dist/native is taken from the folder of the machine that is built for. */
function nativeParts(target: Target): BunPlugin {
  return {
    name: "native parts",
    setup(build) {
      build.onResolve({ filter: /\/dist\/native\// }, ({ path }) => ({
        path: join(nativeFolder(target), basename(path)),
      }));
    },
  };
}

/** Bun for another machine, through the registry; Bun's own download goes elsewhere. */
async function fetchRuntime(target: Target): Promise<string> {
  const folder = join(dist, "tools", target.name);
  const fetched = join(folder, "bun");
  await step({
    verb: "fetch",
    name: `bun for ${target.name}`,
    inputs: [],
    recipe: [bunVersion, runtimes[target.name]],
    outputs: [fetched],
    run: async () => {
      const scratch = join(folder, "package");
      mkdirSync(scratch, { recursive: true });
      const manifest = { private: true, dependencies: { [target.bunPackage]: bunVersion } };
      writeFileSync(join(scratch, "package.json"), JSON.stringify(manifest));
      const machine = ["--os=linux", `--cpu=${target.name.slice("linux-".length)}`];
      await run([process.execPath, "install", "--cwd", scratch, ...machine, "--no-save", "--ignore-scripts"]);
      const found = join(scratch, "node_modules", target.bunPackage, "bin/bun");
      const sum = new Bun.CryptoHasher("sha256").update(readFileSync(found)).digest("hex");
      if (sum !== runtimes[target.name])
        throw new Error(`${target.bunPackage} ${bunVersion} is not the one that is meant`);
      copyFileSync(found, fetched);
      chmodSync(fetched, 0o755);
      rmSync(scratch, { recursive: true });
    },
  });
  return fetched;
}
