/** Python packages for a service of `test/apps`: installed once, and again when their list changes. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install } from "./install.ts";

const venvs = join(import.meta.dir, "../../dist/venvs");

/** The interpreter of a virtual environment that has what `requirements` pins, made by `base`. */
export async function pythonWith(requirements: string, base = "python3"): Promise<string> {
  const digest = new Bun.CryptoHasher("sha256")
    .update(base)
    .update(await Bun.file(requirements).bytes())
    .digest("hex")
    .slice(0, 16);
  const folder = join(venvs, digest);
  const python = join(folder, "bin/python3");
  const stamp = join(folder, "complete");
  if (existsSync(stamp)) return python;
  mkdirSync(venvs, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  await install([base, "-m", "venv", folder]);
  const quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
  await install([python, "-m", "pip", "install", ...quiet, "--only-binary", ":all:", "--no-deps", "-r", requirements]);
  await Bun.write(`${stamp}.tmp`, "");
  renameSync(`${stamp}.tmp`, stamp);
  return python;
}
