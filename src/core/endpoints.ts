/**
 * Which names and addresses are one and the same far end: every pair that the recording saw together is joined, and
 * what is connected is one endpoint. Replay may then reach `db` by name, by 10.0.0.7 or by its mapped IPv6 form.
 */

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** The spelling under which a host is compared. Only the three usual loopback addresses are one; 127.0.0.2 is another host. */
export function canonicalHost(host: string): string {
  let name = host.toLowerCase();
  if (name.endsWith(".") && name.length > 1) name = name.slice(0, -1);
  if (name.startsWith("::ffff:") && name.includes(".")) name = name.slice("::ffff:".length);
  return LOOPBACK.has(name) ? "localhost" : name;
}

/** A union of names and addresses. */
export class Endpoints {
  readonly #parent = new Map<string, string>();

  /** Records that `host` and `address` were seen to be the same far end. */
  join(host: string, address: string): void {
    const a = this.#root(canonicalHost(host));
    const b = this.#root(canonicalHost(address));
    if (a !== b) this.#parent.set(a, b);
  }

  /** The endpoint that the recording knows by this name or, failing that, by this address. */
  find(host: string, address: string): string | undefined {
    for (const name of [canonicalHost(host), canonicalHost(address)]) {
      if (this.#parent.has(name)) return this.#root(name);
    }
    return undefined;
  }

  #root(name: string): string {
    let root = name;
    for (let up = this.#parent.get(root); up !== undefined && up !== root; up = this.#parent.get(root)) root = up;
    this.#parent.set(root, root);
    for (let at = name; at !== root;) {
      const up = this.#parent.get(at) ?? root;
      this.#parent.set(at, root);
      at = up;
    }
    return root;
  }
}
