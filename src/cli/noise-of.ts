/** The noise of reprise.yml: rules for every answer by path, and under `mocks` by protocol for what the app asks. */
import { type NoiseRules, readNoise } from "../core/noise.ts";
import { readMockNoise } from "../store/config.ts";
import { fieldsOrNone, isFields } from "../core/plain-data.ts";
import type { Call } from "./call.ts";

/** Throws `FormatError` that names the file and the path of what is wrong. */
export const noiseOf = (
  call: Pick<Call, "file">,
): { readonly tests: NoiseRules; readonly mocks: Readonly<Record<string, NoiseRules>> } => {
  const where = "noise of reprise.yml";
  const value = call.file["noise"];
  if (!isFields(value) || !isFields(value["mocks"])) return { tests: readNoise(value, where), mocks: {} };
  const { mocks, ...tests } = value;
  return { tests: readNoise(tests, where), mocks: readMockNoise(fieldsOrNone(mocks), where) };
};
