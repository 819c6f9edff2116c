import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { areRoots, certificatesIn, fingerprint, pemOf, subjectHash } from "../../../src/target/trust/certificates.ts";
import { Folder } from "../../support/folder.ts";
import { leafCertificate, rootCertificate } from "../../support/root-certificate.ts";

const hashByOpenssl = (pem: string) =>
  execFileSync("openssl", ["x509", "-noout", "-hash"], { input: pem, encoding: "utf8" }).trim();

test("the hash of a subject is OpenSSL's, whatever types and letters it has", () => {
  using folder = new Folder();
  const odd = rootCertificate(folder, "odd", "/C=XX/O=Tést  Ärger /OU=\tTabs  and blanks/CN=MIXED case É");
  for (const pem of [odd, ...rootCertificates.slice(0, 20)]) {
    expect(certificatesIn(pem).map(subjectHash)).toEqual([hashByOpenssl(pem)]);
  }
});

test("certificates are taken out of any PEM text, trusted ones and comments included", () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  const trusted = execFileSync("openssl", ["x509", "-trustout", "-setalias", "mine"], { input: two, encoding: "utf8" });
  const text = `# a comment\r\n${one.replaceAll("\n", "\r\n")}\n-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n${trusted}`;
  const found = certificatesIn(text);
  expect(found.map(pemOf)).toEqual([one, two]);
  expect(found.map(fingerprint)).toEqual(
    [one, two].map((pem) => new Bun.CryptoHasher("sha256").update(new X509Certificate(pem).raw).digest("base64")),
  );
  expect(certificatesIn("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")).toEqual([]);
});

test("roots are what signs itself, alone or with authorities below; a server's chain is none", () => {
  using folder = new Folder();
  const root = rootCertificate(folder, "root");
  const leaf = leafCertificate(folder, "leaf", "root");
  const roots = (...pems: string[]) => areRoots(pems.flatMap(certificatesIn));
  expect([roots(root), roots(root, rootCertificates[0] ?? ""), roots(leaf, root), roots(leaf), roots()]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
