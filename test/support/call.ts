/** Commands run without a process: streams that keep what is written, settings as if typed. */
import { type Call } from "../../src/cli/call.ts";
import { type Given } from "../../src/cli/flags.ts";
import { createOutput } from "../../src/cli/output.ts";
import { resolveSettings } from "../../src/cli/settings.ts";
import { type Stream } from "../../src/cli/stream.ts";

/** A stream that keeps its text. */
export interface KeptStream extends Stream {
  readonly text: () => string;
}

export const keptStream = (isTerminal = false, columns = 80): KeptStream => {
  let text = "";
  return { isTerminal, columns, write: (more) => (text += more), text: () => text };
};

/** A call in `cwd` with these settings, and what it prints. */
export const callIn = (cwd: string, given: Given, positionals: readonly string[] = []) => {
  const [stdout, stderr] = [keptStream(), keptStream()];
  const { json = false, debug = false } = given;
  const call: Call = {
    settings: resolveSettings(given),
    positionals,
    output: createOutput({ stdout, stderr, json, debug, noColor: false }),
    world: { env: {}, cwd, version: "0.0.0" },
    caller: null,
    file: {},
  };
  return { call, stdout: stdout.text, stderr: stderr.text };
};
