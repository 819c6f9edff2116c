/** `reprise sanitize`: takes the secrets out of recordings that have some in them, mocks, large bodies and reports too. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { readUserRules } from "../../core/secrets/user-rules.ts";
import { chooseTestSets, findTestSets } from "../../store/find-test-sets.ts";
import { type Sanitized, sanitizeTestSet } from "../../store/sanitize-test-set.ts";
import { type Owner, writeWhole } from "../../store/write-file.ts";
import { surroundingsOf } from "../../target/surroundings.ts";
import type { Call } from "../call.ts";
import { counted } from "../counted.ts";
import { redactedLine } from "../redacted-line.ts";

export const run = async ({ settings, output, world, caller, file }: Call): Promise<number> => {
  const recordings = findTestSets(resolve(world.cwd, settings.path));
  const chosen = chooseTestSets(recordings, settings.testSets.length === 0 ? null : settings.testSets);
  if (chosen.length === 0) {
    throw new UsageError("usage.path", `There are no recordings in ${recordings.root}.`, {
      hint: "Name the folder that holds them: reprise sanitize --path DIR.",
    });
  }
  const rules = readUserRules(file["secrets"], "secrets in reprise.yml");
  const env = Object.fromEntries(Object.entries(world.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))); // prettier-ignore
  const home = env["HOME"] ?? null;
  const surroundings = surroundingsOf({ command: settings.command ?? "", env, cwd: world.cwd, home });
  const results: Record<string, Omit<Sanitized, "known">> = {};
  for (const name of chosen) {
    const dir = join(recordings.root, name);
    const owner = caller ?? ownerOf(dir);
    const { known, ...done } = sanitizeTestSet(recordings.root, dir, { surroundings, rules }, owner);
    for (const path of reportsIn(recordings.root)) {
      const before = readFileSync(path, "utf8");
      const after = known(before);
      if (after !== before) writeWhole(path, after, owner);
    }
    results[name] = done;
    const changed = `${counted(done.tests, "test")} and ${counted(done.mocks, "mock")} changed`;
    output.success(`${name}: ${done.tests + done.mocks === 0 ? "nothing to take out" : changed}`);
    const line = redactedLine(done.redacted, dir);
    if (line !== null) output.say(line);
  }
  output.document(results);
  return 0;
};

/** Whose the recording is stays whose it is. */
function ownerOf(dir: string): Owner {
  const { uid, gid } = statSync(dir);
  return process.getuid?.() === 0 ? { uid, gid } : null;
}

/** Their text files; `latest` is a link to one of the folders. */
function reportsIn(root: string): string[] {
  const reports = join(root, "reports");
  if (!existsSync(reports)) return [];
  return readdirSync(reports, { withFileTypes: true, recursive: true }).flatMap((entry) =>
    entry.isFile() && /\.(?:json|xml|html|ya?ml)$/.test(entry.name) ? [join(entry.parentPath, entry.name)] : [],
  );
}
