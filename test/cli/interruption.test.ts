import { expect, test } from "bun:test";
import { join } from "node:path";
import { Running } from "../support/reprise.ts";

const source = join(import.meta.dir, "../../src/cli/interruption.ts");

/** A process that tells of an interruption, and lives on. */
const script = `
  import { interruption } from "${source}";
  const { signal, isFromTerminal } = interruption();
  signal.addEventListener("abort", () => console.log(\`aborted \${isFromTerminal()}\`));
  process.on("SIGUSR1", () => console.log(\`alive \${signal.aborted}\`));
  setInterval(() => {}, 1000);
  console.log(\`waiting \${signal.aborted}\`);`;

for (const kind of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${kind} aborts, and a second one does no more`, async () => {
    await using running = new Running([process.execPath, "-e", script]);
    await running.line(/waiting false/);
    running.kill(kind);
    await running.line(/aborted false/);
    running.kill(kind);
    running.kill("SIGUSR1");
    await running.line(/alive true/);
    expect(running.said("stdout")).toBe("waiting false\naborted false\nalive true\n");
  });
}

test("an interruption from a terminal has reached the app too", async () => {
  // `script` gives a terminal, and its Ctrl-C is a signal to everything in the foreground there.
  const inTerminal = `import pty, os, sys
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
said = b""
while True:
    try: said += os.read(terminal, 4096)
    except OSError: break
    if b"waiting" in said and b"^C" not in said and b"sent" not in said:
        os.write(terminal, bytes([3])); said += b"sent"
    if b"aborted" in said: os.kill(pid, 9); break
print(said.decode())`;
  await using running = new Running(["python3", "-c", inTerminal, process.execPath, "-e", script]);
  const { stdout } = await running.ended;
  expect(stdout).toContain("aborted true");
});
