/** Keys and certificates as openssl writes them. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { readServiceCertificate } from "../../src/proxy/service-certificate.ts";
import { UsageError } from "../../src/core/errors.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

const file = (path: string) => ({ path, text: readFileSync(path, "utf8") });
const made = {
  ec: selfSigned(folder, "ec"),
  rsa: selfSigned(folder, "rsa"),
  pkcs8: selfSigned(folder, "pkcs8"),
  encrypted: selfSigned(folder, "encrypted"),
};

test.each(["ec", "rsa", "pkcs8"] as const)("a key in the form of %s", (form) => {
  const { certificate, key } = made[form];
  const read = readServiceCertificate(file(certificate), file(key));
  const text = readFileSync(certificate, "utf8");
  expect(read.certificate.trim()).toBe(text.trim());
  expect(read.key).toStartWith("-----BEGIN PRIVATE KEY-----");
  expect(Buffer.from(read.der)).toEqual(new X509Certificate(text).raw);
});

test("the curve's parameters before the key, and the leaf behind its chain", () => {
  const { certificate, key } = made.ec;
  const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  const chain = { path: "chain", text: file(made.rsa.certificate).text + file(certificate).text };
  const read = readServiceCertificate(chain, { path: key, text: parameters + file(key).text });
  expect(read.certificate.trim()).toBe(file(certificate).text + file(made.rsa.certificate).text.trim());
});

const error = (certificate: string, key: string): string => {
  try {
    readServiceCertificate(file(certificate), file(key));
  } catch (thrown) {
    if (thrown instanceof UsageError) return `${thrown.message} ${thrown.hint}`;
    throw thrown;
  }
  return "";
};

test("what could not stand in the service's place is a sentence", () => {
  expect(error(made.encrypted.certificate, made.encrypted.key)).toMatch(
    /encrypted.key is encrypted\. openssl pkey -in/,
  );
  expect(error(made.ec.certificate, made.rsa.key)).toMatch(/rsa\.key does not fit the certificate in .*ec\.pem/);
  expect(error(made.ec.key, made.ec.key)).toMatch(/ec\.key holds no certificate/);
  expect(error(made.ec.certificate, made.ec.certificate)).toMatch(/ec\.pem holds no private key/);
});
