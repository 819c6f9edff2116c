/**
 * What `scripts/build` does once Bun is there: the native parts, then the program.
 *
 *     scripts/build                        dist/reprise, for this machine
 *     scripts/build --target linux-arm64   dist/reprise-linux-arm64, from any machine
 *     scripts/build --native               only the native parts, so that `bun src/main.ts` works in a checkout
 */
import { parseArgs } from "node:util";
import { buildBinary } from "./binary.ts";
import { buildNative } from "./native.ts";
import { fetchSources } from "./sources.ts";
import { host, targets } from "./targets.ts";

const { values } = parseArgs({ options: { target: { type: "string", default: host }, native: { type: "boolean" } } });
const target = targets.find((candidate) => candidate.name === values.target);
if (target === undefined) {
  console.error(`there is no target ${values.target}: ${targets.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

try {
  await fetchSources();
  await buildNative(target);
  if (values.native !== true) await buildBinary(target);
} catch (error) {
  console.error(`scripts/build: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
