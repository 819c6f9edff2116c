import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { certificatesIn, pemOf } from "../../../src/target/trust/certificates.ts";
import { addToPkcs12, emptyPkcs12 } from "../../../src/target/trust/pkcs12.ts";
import { readStored } from "../../../src/target/trust/stored.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

const named = (pem: string) => certificatesIn(pem).map((der) => ({ name: "ours", der }));
const bytes = (text: string) => new TextEncoder().encode(text);

test("a PEM file keeps every byte that it has, and goes on with what is added", async () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  for (const text of [`# Ärger\n${one}`, one.trimEnd()]) {
    const stored = await readStored(bytes(text), []);
    if ("reason" in stored) throw new Error(stored.reason);
    expect([stored.form, stored.certificates.map(pemOf)]).toEqual(["pem", [one]]);
    const whole = Buffer.from(await stored.with(named(two))).toString();
    expect(whole).toBe(`${text.trimEnd()}\n${two}`);
  }
});

test("a store of Java's is added to in its own form", async () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  const stored = await readStored(await addToPkcs12(emptyPkcs12(), named(one), null), []);
  if ("reason" in stored) throw new Error(stored.reason);
  const again = await readStored(await stored.with(named(two)), []);
  expect("reason" in again ? again : [again.form, again.certificates.map(pemOf)]).toEqual(["pkcs12", [one, two]]);
});

test("what holds a private key, or nothing that is known, is refused with the reason", async () => {
  using folder = new Folder();
  const pem = rootCertificate(folder, "one") + readFileSync(folder.at("one.key"), "utf8");
  expect(await readStored(bytes(pem), [])).toEqual({ reason: "It holds a private key." });
  expect(await readStored(bytes("hello"), [])).toEqual({ reason: "It holds no certificate." });
  expect(await readStored(new Uint8Array(), [])).toEqual({ reason: "It holds no certificate." });
});
