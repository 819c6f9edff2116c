/**
 * A network of a test's own: a network and a mount namespace that only the test's processes enter, with loopback up and,
 * if asked, a resolver of its own. It ends with the test; nothing on the host changes.
 */
import { writeFileSync } from "node:fs";
import { Folder } from "./folder.ts";
import { Running } from "./reprise.ts";

/** What is different inside. */
export interface NamespaceOptions {
  /** The address that resolv.conf names. */
  readonly resolver?: string;
  /** Lines of a shell that are run inside before anybody enters. */
  readonly setUp?: readonly string[];
}

/** Held by a process that waits; `enter` stands before a command that is to run inside. */
export class Namespace implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly #holder: Running;

  constructor({ resolver, setUp = [] }: NamespaceOptions = {}) {
    const file = this.#folder.at("resolv.conf");
    writeFileSync(file, `nameserver ${resolver ?? "127.0.0.1"}\n`);
    const mount = resolver === undefined ? [] : [`mount --bind ${file} /etc/resolv.conf`];
    const script = ["set -e", "ip link set lo up", ...mount, ...setUp, "echo entered", "exec sleep infinity"].join(
      "\n",
    );
    this.#holder = new Running(["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", script]);
  }

  /** Resolves when it can be entered. */
  async ready(): Promise<this> {
    await this.#holder.line(/^entered/);
    return this;
  }

  get enter(): readonly string[] {
    return ["nsenter", "--target", String(this.#holder.pid), "--net", "--mount", "--root", "--wd"];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
