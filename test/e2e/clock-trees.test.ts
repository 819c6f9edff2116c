/** Programs that start programs, each in its own way: whatever tells the time in the end tells the recording's. */
import { expect } from "bun:test";
import { startClock } from "../../src/target/clock.ts";
import { Folder } from "../support/folder.ts";
import { launched } from "../support/launched.ts";
import { rootTest } from "../support/root-test.ts";

/** 2019-03-04, where nobody's clock is. */
const THEN = 1_551_675_967_250;
const DAY = "2019-03-04";

/** What comes first, so that a program which is not installed is no failure, and then what tells the day. */
const trees: readonly (readonly [needs: string, command: string])[] = [
  ["timeout", "timeout 5 date +%F"],
  ["su", "su nobody -s /bin/sh -c 'date +%F'"],
  ["sudo", "sudo -n -u nobody date +%F"],
  ["setsid", "setsid -w date +%F"],
  ["nohup", "nohup date +%F"],
  ["env", "env -i /bin/date +%F"],
  ["unshare", "unshare -pf --mount-proc date +%F"],
  ["unshare", "unshare -Ur date +%F"],
  ["setpriv", "setpriv --no-new-privs date +%F"],
  ["bash", "bash -c 'printf \"%(%F)T\" -1'"],
  ["bash", "bash -c 'cat < <(date +%F)'"],
  ["bash", "bash -c 'coproc date +%F; cat <&${COPROC[0]}'"],
  ["npm", "npm start --silent"],
  ["node", "node cluster.mjs"],
  ["node", 'node -e \'new (require("worker_threads").Worker)("console.log(new Date().toISOString())", {eval: true})\''],
  ["python3", 'python3 -c \'import subprocess; print(subprocess.check_output(["date", "+%F"]).decode())\''],
  ["python3", "python3 spawned.py"],
  ["perl", "perl -e 'exec qw(date +%F) unless fork; wait'"],
  ["ruby", "ruby -e 'puts `date +%F`'"],
  ["php", "php -r 'passthru(\"date +%F\");'"],
];

const files = {
  "package.json": '{"name": "app", "version": "1.0.0", "scripts": {"start": "node -p \\"new Date().toISOString()\\""}}',
  "cluster.mjs": `import cluster from "node:cluster";
    if (!cluster.isPrimary) process.send(new Date().toISOString());
    else cluster.fork().on("message", (day) => { console.log(day); process.exit(); });`,
  "spawned.py": `import multiprocessing, time
if __name__ == "__main__":
    print(multiprocessing.get_context("forkserver").Pool(1).map(time.strftime, ["%F"]))`,
};

rootTest(
  "every tree of processes lives in the recording's time",
  async () => {
    using folder = new Folder();
    for (const [name, text] of Object.entries(files)) folder.write(name, text);
    await Bun.$`chmod 755 ${folder.path}`;
    for (const [needs, command] of trees) {
      if (Bun.which(needs) === null) {
        console.warn(`skipped: there is no ${needs}`);
        continue;
      }
      const clock = startClock("recorded", THEN);
      await using app = await launched(`{ ${command}; } > said 2> wrong`, { clock, cwd: folder.path });
      const exit = await app.target.gone();
      await clock.close();
      const [said, wrong] = await Promise.all(["said", "wrong"].map((name) => Bun.file(folder.at(name)).text()));
      expect([command, exit.code, said, wrong]).toEqual([command, 0, expect.stringContaining(DAY), expect.anything()]);
      expect(clock.notes()).toEqual([]);
    }
  },
  120_000,
);
