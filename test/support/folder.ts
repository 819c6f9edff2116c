/** A directory of a test's own, and waiting for a file in it by the kernel's events. */
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory that goes when the test's scope ends. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "reprise-test-"));

  /** The path of a name in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  /** The text of a file as soon as it is there; who writes it does so under another name and renames. */
  async appears(name: string, mostMs = 10_000): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watcher = watch(this.path, () => existsSync(this.at(name)) && resolve());
    const most = setTimeout(() => reject(new Error(`${name} did not appear in ${mostMs} ms`)), mostMs);
    try {
      if (!existsSync(this.at(name))) await promise;
      return readFileSync(this.at(name), "utf8");
    } finally {
      clearTimeout(most);
      watcher.close();
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
