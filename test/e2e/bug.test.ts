/** A bug of ours, wherever it shows itself, ends the program with a report and a code of its own; it never hangs. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { Folder } from "../support/folder.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const main = join(import.meta.dir, "../../src/main.ts");

/** Bugs that no command waits for; each comes when the app is up. */
const bugs = {
  "thrown by a callback": `setTimeout(() => { throw new TypeError("a bug of ours"); }, 1);`,
  "a rejection that nobody handles": `void Promise.reject(new TypeError("a bug of ours"));`,
};

describe.each(Object.entries(bugs))("%s", (_, bug) => {
  rootTest("is reported with its stack, and exits 70", async () => {
    using folder = new Folder();
    const isUp = `name === "app" && (watching.close(), true)`;
    const preload = folder.write(
      "bug.ts",
      `import fs from "node:fs";
       const watching = fs.watch(${JSON.stringify(folder.path)}, (_, name) => { if (${isUp}) { ${bug} } });`,
    );
    const app = `exec > /dev/null 2>&1; echo $$ > ${folder.at("part")}; mv ${folder.at("part")} ${folder.at("app")}`;
    const words = ["record", "-p", folder.path, "-c", `${app}; exec sleep 1000`];
    await using running = new Running([process.execPath, "--preload", preload, main, ...words], { cwd: folder.path });
    const { code, stdout, stderr } = await running.ended;
    // An app that is recorded goes on without us, and throws here if it does not.
    process.kill(Number(await folder.appears("app")), "SIGKILL");
    expect([code, stdout]).toEqual([70, expect.stringContaining("Recording into")]);
    expect(stderr).toContain("TypeError: a bug of ours\n    at ");
    expect(stderr).toContain("This is a bug in Reprise");
  });
});
