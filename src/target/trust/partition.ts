/**
 * Sorts roots by who trusts them. Files of trust overlap: a private bundle often holds the public roots too. So that what
 * verifies alone verifies under us, and what fails alone fails, roots that the same files hold form one store with an
 * authority of its own, and each file gets the authorities of all stores whose roots it holds.
 */
import { fingerprint, pemOf } from "./certificates.ts";

/** What one file, or several alike, trusts. */
export interface Bundle {
  readonly name: string;
  readonly roots: readonly Uint8Array[];
}

/** Roots that the same bundles hold. */
export interface RootStore {
  readonly name: string;
  /** PEM. */
  readonly roots: readonly string[];
  /** Indices of those bundles. */
  readonly bundles: readonly number[];
}

/** The stores, no root in two of them. The first bundle always has one; those that most bundles trust come first. */
export function partition(bundles: readonly Bundle[]): RootStore[] {
  const holders = new Map<string, { readonly der: Uint8Array; readonly bundles: number[] }>();
  bundles.forEach(({ roots }, index) => {
    for (const der of roots) {
      const id = fingerprint(der);
      const known = holders.get(id);
      if (known === undefined) holders.set(id, { der, bundles: [index] });
      else if (known.bundles.at(-1) !== index) known.bundles.push(index);
    }
  });
  const groups = new Map<string, { readonly bundles: readonly number[]; readonly roots: string[] }>();
  if (bundles.length > 0) groups.set("0", { bundles: [0], roots: [] });
  for (const { der, bundles: held } of holders.values()) {
    const key = held.join();
    const group = groups.get(key) ?? { bundles: held, roots: [] };
    group.roots.push(pemOf(der));
    groups.set(key, group);
  }
  const stores = [...groups.values()].map(({ bundles: held, roots }) => ({
    name: held.map((index) => bundles[index]?.name ?? "").join(" and "),
    roots,
    bundles: held,
  }));
  return stores.sort((a, b) => b.bundles.length - a.bundles.length || (a.bundles[0] ?? 0) - (b.bundles[0] ?? 0));
}
