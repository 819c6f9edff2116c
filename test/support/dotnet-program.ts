/**
 * A C# program of `test/apps`, for .NET's own runtime. Debian has none, but PyPI has Microsoft's in a wheel; it wants an
 * OpenSSL 1.1, which another wheel brings along. Compiled by Debian's mcs against the runtime's own assemblies.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const programs = join(import.meta.dir, "../../dist/dotnet");

const assemblies = "System.Private.CoreLib System.Runtime System.Console System.Collections System.Net.Http System.Net.Sockets System.Net.Primitives System.Private.Uri System.Runtime.Extensions System.Threading.Tasks System.Net.WebHeaderCollection System.Collections.Specialized System.Net.Security System.Security.Cryptography.X509Certificates netstandard"; // prettier-ignore

/** How it is started. */
export interface DotnetProgram {
  readonly runtime: string;
  readonly program: string;
  /** Where its OpenSSL is: for `LD_LIBRARY_PATH`. */
  readonly libraries: string;
}

/** The program of the sources in `folder`, on the wheels that its requirements.txt names. */
export async function dotnetProgram(folder: string): Promise<DotnetProgram> {
  const hash = new Bun.CryptoHasher("sha256");
  for (const name of ["Service.cs", "requirements.txt"]) hash.update(await Bun.file(join(folder, name)).bytes());
  const made = join(programs, hash.digest("hex").slice(0, 16));
  const [wheels, libraries] = [join(made, "wheels"), join(made, "libraries")];
  const done = { runtime: join(wheels, "dotnetcore2/bin/dotnet"), program: join(made, "Service.dll"), libraries };
  if (existsSync(join(made, "complete"))) return done;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  const chosen = ["--only-binary", ":all:", "--no-deps", "--platform", "manylinux2014_x86_64", "--platform", "manylinux1_x86_64", "--python-version", "3.11"]; // prettier-ignore
  const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
  run([
    "python3",
    "-m",
    "pip",
    "install",
    ...quiet,
    ...chosen,
    "--target",
    wheels,
    "-r",
    join(folder, "requirements.txt"),
  ]);
  const libs = join(wheels, "psycopg2_binary.libs");
  for (const name of readdirSync(libs)) {
    if (name.startsWith("libcrypto-")) copyFileSync(join(libs, name), join(libraries, name));
    if (name.startsWith("libssl-")) copyFileSync(join(libs, name), join(libraries, "libssl.so.1.1"));
  }
  const shared = join(wheels, "dotnetcore2/bin/shared/Microsoft.NETCore.App");
  const [version = ""] = readdirSync(shared);
  const references = assemblies.split(" ").map((name) => `-r:${join(shared, version, name)}.dll`);
  run(["mcs", "-nostdlib", "-noconfig", "-nowarn:1702", `-out:${done.program}`, ...references, join(folder, "Service.cs")]); // prettier-ignore
  const framework = { name: "Microsoft.NETCore.App", version };
  const settings = { framework, configProperties: { "System.Globalization.Invariant": true } };
  await Bun.write(join(made, "Service.runtimeconfig.json"), JSON.stringify({ runtimeOptions: settings }));
  run(["chmod", "755", done.runtime]);
  await Bun.write(join(made, "complete.tmp"), "");
  renameSync(join(made, "complete.tmp"), join(made, "complete"));
  return done;
}

function run(command: readonly string[]): void {
  const done = Bun.spawnSync([...command], { stderr: "pipe" });
  if (!done.success) throw new Error(`${command.join(" ")}: ${done.stdout.toString()}${done.stderr.toString()}`);
}
