import { expect, test } from "bun:test";
import { readFileSync, realpathSync } from "node:fs";
import { certificatesIn, fingerprint, pemOf, subjectHash } from "../../../src/target/trust/certificates.ts";
import { LOCAL_STORE, prepareTrust, SYSTEM_STORE } from "../../../src/target/trust/prepare.ts";
import { systemTrust } from "../../../src/target/trust/system.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

/** Prepares for an app in `folder`, with an authority for each store that is asked for. */
const prepared = async (folder: Folder, extraFiles: readonly string[] = []) => {
  using authorities = new Folder();
  const made = new Map<string, string>();
  const trust = await prepareTrust({
    command: "./app",
    cwd: realpathSync(folder.path),
    env: { PATH: "/usr/bin:/bin" },
    home: null,
    extraFiles,
    authorityFor: (name) => {
      const pem = made.get(name) ?? rootCertificate(authorities, `authority-${made.size}`);
      made.set(name, pem);
      return pem;
    },
  });
  const content = (path: string): string => {
    const file = trust.files.find((each) => "path" in each && each.path === path);
    return file === undefined || !("content" in file) ? "" : Buffer.from(file.content).toString("latin1");
  };
  const has = (path: string, store: string): boolean => content(path).includes(made.get(store) ?? "nothing");
  return { trust, made, content, has };
};

/** What the owner of this machine has added to its roots is another's matter. */
const withoutLocal = (names: readonly string[]) => names.filter((name) => !name.includes(LOCAL_STORE));

test("the system's stores are what they are, with the run's authority behind", async () => {
  using folder = new Folder();
  const { bundles, hashed } = systemTrust();
  const { trust, made, content } = await prepared(folder);
  const authority = made.get(SYSTEM_STORE) ?? "";
  expect(withoutLocal([...made.keys()])).toEqual([SYSTEM_STORE]);
  for (const path of bundles) {
    const text = readFileSync(path, "latin1");
    expect(content(path).slice(0, text.length + authority.length)).toBe(text + authority);
  }
  for (const path of hashed)
    expect(content(`${path}/${subjectHash(certificatesIn(authority)[0] ?? new Uint8Array())}.0`)).toBe(authority);
  expect(withoutLocal(trust.stores.map(({ name }) => name))).toEqual([SYSTEM_STORE]);
});

test("runtimes with roots compiled in are not told of what the machine's owner has added to the system's", async () => {
  using folder = new Folder();
  const [bundle = ""] = systemTrust().bundles;
  const { trust, made, has } = await prepared(folder);
  const node = trust.env["NODE_EXTRA_CA_CERTS"] ?? "";
  expect([has(node, SYSTEM_STORE), has(bundle, SYSTEM_STORE)]).toEqual([true, true]);
  for (const name of [...made.keys()].filter((each) => each.includes(LOCAL_STORE)))
    expect([has(node, name), has(bundle, name)]).toEqual([false, true]);
});

test("a private file has a store of its own; roots that the system has too are trusted by both", async () => {
  using folder = new Folder();
  const [bundle] = systemTrust().bundles;
  const [shared] = bundle === undefined ? [] : certificatesIn(readFileSync(bundle, "latin1"));
  if (shared === undefined || bundle === undefined) return;
  const root = rootCertificate(folder, "company");
  const mixed = realpathSync(folder.write("mixed.pem", root + pemOf(shared)));
  const path = realpathSync(folder.at("company.pem"));
  const { trust, has } = await prepared(folder, ["company.pem", "mixed.pem"]);
  const both = `${SYSTEM_STORE} and mixed.pem`;
  const own = "company.pem and mixed.pem";
  const theirs = trust.stores.filter(({ name }) => !name.includes(LOCAL_STORE));
  expect(theirs.map(({ name, roots }) => [name, roots.length === 1])).toEqual([
    [both, true],
    [own, true],
    [SYSTEM_STORE, false],
  ]);
  const trusts = (file: string) => [both, own, SYSTEM_STORE].filter((store) => has(file, store));
  expect([trusts(mixed), trusts(path), trusts(bundle)]).toEqual([[both, own], [own], [both, SYSTEM_STORE]]);
  const ids = trust.stores.flatMap(({ roots }) => roots.flatMap(certificatesIn).map(fingerprint));
  expect(new Set(ids).size).toBe(ids.length);
});
