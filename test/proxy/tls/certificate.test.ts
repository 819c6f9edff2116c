/** openssl reads what is built. */
import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { buildCertificate } from "../../../src/proxy/tls/certificate.ts";

const text = (pem: string): string =>
  Bun.spawnSync(["openssl", "x509", "-noout", "-text"], { stdin: Buffer.from(pem) }).stdout.toString();

const holder = (commonName: string) => ({
  commonName,
  key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
});

test("a leaf says for whom, for what, how long and by whom", () => {
  const span = { notBefore: new Date("2026-01-02T03:04:05Z"), notAfter: new Date("2051-01-02T03:04:05Z") };
  const pem = buildCertificate({
    ...span,
    subject: holder("shop.example"),
    issuer: holder("Reprise run CA"),
    server: { names: ["shop.example", "*.shop.example"], addresses: [Uint8Array.of(10, 0, 0, 1)] },
  });
  const seen = text(pem);
  for (const part of [
    "Version: 3 (0x2)",
    "Issuer: O = Reprise, CN = Reprise run CA",
    "Not Before: Jan  2 03:04:05 2026 GMT",
    "Not After : Jan  2 03:04:05 2051 GMT",
    "Subject: O = Reprise, CN = shop.example",
    "ASN1 OID: prime256v1",
    "DNS:shop.example, DNS:*.shop.example, IP Address:10.0.0.1",
    "TLS Web Server Authentication",
    "Digital Signature",
    "Signature Algorithm: ecdsa-with-SHA256",
  ])
    expect(seen).toContain(part);
  expect(seen).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
});

test("an authority signs leaves alone, and no serial comes twice", () => {
  const issuer = holder("Reprise run CA");
  const span = { notBefore: new Date("2026-01-02T03:04:05Z"), notAfter: new Date("2027-01-02T03:04:05Z") };
  const seen = text(buildCertificate({ ...span, subject: issuer, issuer, server: null }));
  expect(seen).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  expect(seen).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  const serials = Array.from({ length: 8 }, () =>
    /Serial Number:\s+(\S+)/.exec(text(buildCertificate({ ...span, subject: issuer, issuer, server: null })))?.at(1),
  );
  expect(new Set(serials).size).toBe(8);
});
