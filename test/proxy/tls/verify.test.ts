/** The chains are openssl's, with an authority between root and leaf; servers that are asked for real are in upstream.test.ts. */
import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createAuthority } from "../../../src/proxy/tls/authority.ts";
import { authorityOf, createJudge, judge } from "../../../src/proxy/tls/verify.ts";
import { Folder } from "../../support/folder.ts";

const made = (name: string) => createAuthority({ name, instants: [Date.now()] });

const chainOf = (): { root: string; middle: Uint8Array; leaf: Uint8Array } => {
  using folder = new Folder();
  const openssl = (...args: string[]): void => void Bun.spawnSync(["openssl", ...args], { cwd: folder.path });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  folder.write("ca.ext", "basicConstraints=critical,CA:TRUE\n");
  folder.write("leaf.ext", "subjectAltName=DNS:shop.example,DNS:*.shop.example,IP:10.0.0.1\n");
  openssl("req", "-x509", ...key, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root");
  for (const [name, issuer, ext] of [
    ["middle", "root", "ca.ext"],
    ["leaf", "middle", "leaf.ext"],
  ] as const) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial", "-extfile", ext];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`);
  }
  const read = (name: string): string => readFileSync(folder.at(name), "utf8");
  const der = (name: string): Uint8Array => new Uint8Array(new X509Certificate(read(name)).raw);
  return { root: read("root.pem"), middle: der("middle.pem"), leaf: der("leaf.pem") };
};

test("the store is the first that a path of signatures leads to, and the names are the server's", () => {
  const { root, middle, leaf } = chainOf();
  const other = { name: "other", roots: [made("Other").certificate], authority: made("a") };
  const firm = { name: "firm", roots: [`${made("Else").certificate}${root}`], authority: made("b") };
  const untrusted = made("nobody");
  const facts = { chain: [leaf, middle], verifyError: null };
  const subject = { names: ["shop.example", "*.shop.example"], addresses: ["10.0.0.1"], commonName: "leaf" };
  const verdict = judge({ facts, stores: [other, firm], asked: "api.shop.example" });
  expect(verdict).toEqual({ store: firm, subject: { ...subject, fault: "none", issuer: "authority" }, refusal: null });
  expect(authorityOf(verdict, untrusted)).toBe(firm.authority);
  const alone = judge({ facts: { ...facts, chain: [leaf] }, stores: [firm], asked: "10.0.0.1" });
  expect([alone.store, alone.subject.issuer]).toEqual([null, "authority"]);
  expect(authorityOf(alone, untrusted)).toBe(untrusted);
  const refused = judge({ facts: { ...facts, verifyError: "INVALID_PURPOSE" }, stores: [firm], asked: "10.0.0.2" });
  expect(refused.refusal).toBe(
    "no store of the app's leads to its issuer (INVALID_PURPOSE); its certificate is not for 10.0.0.2 but for " +
      "shop.example, *.shop.example, 10.0.0.1 (CN=leaf)",
  );
});

test("a name that stands nowhere but in the common name is none to those who go by the others alone", () => {
  const root = made("Root");
  const shown = root.leaf({ names: [], addresses: [], commonName: "db.example", fault: "none" });
  const facts = { chain: [new Uint8Array(new X509Certificate(shown.certificate).raw)], verifyError: null };
  const store = { name: "firm", roots: [root.certificate], authority: made("a") };
  const verdict = judge({ facts, stores: [store], asked: "db.example" });
  expect([verdict.store, verdict.subject.names, verdict.subject.commonName]).toEqual([store, [], "db.example"]);
  expect(verdict.refusal).toBe(
    "its certificate is not for db.example but for CN=db.example (O=Reprise, CN=db.example)",
  );
});

test("a certificate that cannot be read is believed by nobody", () => {
  const verdict = judge({ facts: { chain: [Uint8Array.of(1)], verifyError: null }, stores: [], asked: "a.example" });
  expect([verdict.store, verdict.refusal]).toEqual([null, "it shows no certificate that can be read"]);
});

test("a chain is judged once for each name, unless a fault was found in it", () => {
  const { root, middle, leaf } = chainOf();
  const firm = { name: "firm", roots: [root], authority: made("b") };
  const known = createJudge([firm]);
  const facts = { chain: [leaf, middle], verifyError: null };
  const first = known(facts, "shop.example");
  expect(first).toEqual(judge({ facts, stores: [firm], asked: "shop.example" }));
  expect(known({ ...facts, chain: [...facts.chain] }, "shop.example")).toBe(first);
  expect(known(facts, "else.example").refusal).toContain("not for else.example");
  expect(known({ ...facts, chain: [leaf] }, "shop.example").store).toBeNull();
  const expired = { ...facts, verifyError: "CERT_HAS_EXPIRED" };
  expect(known(expired, "shop.example")).not.toBe(known(expired, "shop.example"));
});
