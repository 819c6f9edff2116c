/** argv in, exit code out: the process itself, and the only place that ends it. */
import { version } from "../package.json";
import { run } from "./cli/run.ts";
import { openStream } from "./cli/stream.ts";

/** An error that no command is waiting for: thrown by a callback, or a rejection that nobody handles. */
const crashed = new Promise<never>((_, reject) => {
  process.on("uncaughtException", reject);
  process.on("unhandledRejection", reject);
});

process.exit(
  await run({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    version,
    stdout: openStream(1),
    stderr: openStream(2),
    crashed,
  }),
);
