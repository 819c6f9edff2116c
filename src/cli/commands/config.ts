/** `reprise config`: writes a commented reprise.yml; what is there already is only overwritten when told to. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { makeFolder, writeWhole } from "../../store/write-file.ts";
import { type Call } from "../call.ts";
import { configPathOf, configTemplate } from "../config-file.ts";

export const run = async ({ settings, output, world, caller }: Call): Promise<number> => {
  const path = configPathOf(resolve(world.cwd, settings.configPath ?? settings.path));
  if (existsSync(path) && !settings.force) {
    throw new UsageError("usage.path", `${path} is there already.`, {
      hint: "`reprise config --force` overwrites it.",
    });
  }
  makeFolder(dirname(path), caller);
  writeWhole(path, configTemplate(), caller);
  output.success(`wrote ${path}`);
  output.document({ path });
  return 0;
};
