/** A Java service of `test/apps`: its jars by Maven, its classes by javac, made once and again when a file changes. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install } from "./install.ts";

const builds = join(import.meta.dir, "../../dist/java");

/** The class path of the sources in `folder` and of what its pom.xml names. */
export async function classPath(folder: string): Promise<string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".java") || name === "pom.xml").toSorted(); // prettier-ignore
  const hash = new Bun.CryptoHasher("sha256");
  for (const name of names) hash.update(name).update(await Bun.file(join(folder, name)).bytes());
  const made = join(builds, hash.digest("hex").slice(0, 16));
  const [jars, classes] = [join(made, "jars"), join(made, "classes")];
  const stamp = join(made, "complete");
  const path = `${classes}:${join(jars, "*")}`;
  if (existsSync(stamp)) return path;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(classes, { recursive: true });
  const copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  await install([
    "mvn",
    "--quiet",
    "--batch-mode",
    "--file",
    join(folder, "pom.xml"),
    copy,
    `-DoutputDirectory=${jars}`,
  ]);
  const sources = names.filter((name) => name.endsWith(".java")).map((name) => join(folder, name));
  await install(["javac", "--release", "17", "-classpath", join(jars, "*"), "-d", classes, ...sources]);
  await Bun.write(`${stamp}.tmp`, "");
  renameSync(`${stamp}.tmp`, stamp);
  return path;
}
