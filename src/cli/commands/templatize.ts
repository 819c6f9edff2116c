/** `reprise templatize`: writes names in the place of values that flow from recorded answers into later requests. */
import { join, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { chooseTestSets, findTestSets } from "../../store/find-test-sets.ts";
import { type Templatized, templatizeTestSet } from "../../store/templatize-test-set.ts";
import type { Call } from "../call.ts";
import { counted } from "../counted.ts";

export const run = async ({ settings, output, world, caller }: Call): Promise<number> => {
  const recordings = findTestSets(resolve(world.cwd, settings.path));
  const chosen = chooseTestSets(recordings, settings.testSets.length === 0 ? null : settings.testSets);
  if (chosen.length === 0) {
    throw new UsageError("usage.path", `There are no recordings in ${recordings.root}.`, {
      hint: "Name the folder that holds them: reprise templatize --path DIR.",
    });
  }
  const found: Record<string, Templatized> = {};
  for (const name of chosen) {
    const done = templatizeTestSet(join(recordings.root, name), caller);
    found[name] = done;
    if (done.templates.length === 0) {
      output.say(`${name}: no request carries what an answer before it has handed out.`);
      continue;
    }
    output.success(`${name}: ${counted(done.templates.length, "value")} named, ${counted(done.tests, "test")} changed`);
    for (const { name: template, from, to } of done.templates)
      output.say(
        `  ${template}  of ${from}, carried by ${to.slice(0, SHOWN).join(", ")}${to.length > SHOWN ? ", …" : ""}`,
      );
  }
  output.document(found);
  return 0;
};

const SHOWN = 4;
