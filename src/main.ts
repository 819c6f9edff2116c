/** argv in, exit code out: the process itself, and the only place that ends it. */
import { version } from "../package.json";
import { run } from "./cli/run.ts";
import { openStream } from "./cli/stream.ts";

process.exit(
  await run({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    version,
    stdout: openStream(1),
    stderr: openStream(2),
  }),
);
