import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { openSecurity } from "../../src/cli/security.ts";
import type { Given } from "../../src/cli/flags.ts";
import type { TrustStore } from "../../src/proxy/tls/tls-options.ts";
import { LOCAL_STORE } from "../../src/target/trust/prepare.ts";
import { callIn } from "../support/call.ts";
import { Folder } from "../support/folder.ts";
import { rootCertificate } from "../support/root-certificate.ts";

const opened = (folder: Folder, given: Given, purpose: "record" | "test") => {
  const { call, stderr } = callIn(folder.path, { debug: true, ...given });
  const env = { PATH: "/usr/bin:/bin", KEPT: "yes" };
  const app = { command: "./app", cwd: realpathSync(folder.path), env, user: null, stdout: "inherit" } as const;
  return { security: openSecurity(call, app, { purpose, instants: [Date.now()] }), stderr };
};

/** What the owner of this machine has added to its roots is another's matter. */
const usual = (stores: readonly TrustStore[]) => stores.filter(({ name }) => !name.includes(LOCAL_STORE));

test("while recording each store has an authority of its own, and another one in the next run", async () => {
  using folder = new Folder();
  const root = rootCertificate(folder, "company");
  const { security, stderr } = opened(folder, { trust: ["company.pem"] }, "record");
  const { tls, app, close } = await security;
  const stores = usual(tls.stores);
  expect(stores.map(({ name, isPrivate }) => [name, isPrivate])).toEqual([
    ["the system's roots", false],
    ["company.pem", true],
  ]);
  const subjects = [...tls.stores.map(({ authority }) => authority), tls.untrusted].map(
    ({ certificate }) => /CN=(.*)/.exec(new X509Certificate(certificate).subject)?.[1],
  );
  const numbered = tls.stores.map((_, at) => (at === 0 ? "Reprise run CA" : `Reprise run CA ${at + 1}`));
  expect(subjects).toEqual([...numbered, "untrusted: the server failed verification"]);
  const file = app.files.find((each) => "path" in each && each.path === realpathSync(folder.at("company.pem")));
  const shown = file !== undefined && "content" in file ? Buffer.from(file.content).toString() : "";
  expect(shown).toBe(root + stores[1]?.authority.certificate);
  expect([app.env["KEPT"], app.env["NODE_EXTRA_CA_CERTS"]?.endsWith("node.pem")]).toEqual(["yes", true]);
  expect(stderr()).toContain("company.pem");
  close();
  const again = await opened(folder, { trust: ["company.pem"] }, "record").security;
  expect(again.tls.stores[0]?.authority.certificate).not.toBe(tls.stores[0]?.authority.certificate);
});

test("in a test one authority stands for all, and every line of keys goes to the file", async () => {
  using folder = new Folder();
  rootCertificate(folder, "company");
  const { tls, close, surroundings } = await opened(folder, { keylog: "keys", mongoPassword: "a b" }, "test").security;
  expect(usual(tls.stores).length).toBe(2);
  expect(new Set(tls.stores.map(({ authority }) => authority)).size).toBe(1);
  tls.keyLog?.("CLIENT_RANDOM 00 11");
  close();
  expect(readFileSync(folder.at("keys"), "utf8")).toBe("CLIENT_RANDOM 00 11\n");
  expect(statSync(folder.at("keys")).mode & 0o777).toBe(0o600);
  expect(surroundings).toEqual(["given://:a%20b@", "PATH=/usr/bin:/bin", "KEPT=yes", "./app"]);
});
