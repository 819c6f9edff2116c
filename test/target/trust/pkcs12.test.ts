import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { certificatesIn, pemOf } from "../../../src/target/trust/certificates.ts";
import { addToPkcs12, emptyPkcs12, isPkcs12, readPkcs12 } from "../../../src/target/trust/pkcs12.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

const hasKeytool = Bun.which("keytool") !== null;
if (!hasKeytool) console.warn("skipped: tests of Java's stores need keytool");
const keytool = (...given: string[]) =>
  execFileSync("keytool", given, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const trustedBy = (path: string, password: string) =>
  keytool("-list", "-keystore", path, "-storepass", password)
    .match(/^[\w ]+(?=, .*trustedCertEntry)/gm)
    ?.sort();

test.skipIf(!hasKeytool)("an encrypted and sealed store stays so, and Java trusts what is added", async () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  const path = folder.at("store.p12");
  const access = ["-keystore", path, "-storepass", "secret1", "-storetype", "PKCS12"];
  keytool("-importcert", "-noprompt", "-alias", "first", "-file", folder.at("one.pem"), ...access);
  const bytes = Uint8Array.from(readFileSync(path));
  expect(isPkcs12(bytes)).toBe(true);
  const read = await readPkcs12(bytes, ["secret1"]);
  expect({ ...read, certificates: read?.certificates.map(pemOf) }).toEqual({
    certificates: [one],
    hasKeys: false,
    password: "secret1",
  });
  expect(await readPkcs12(bytes, ["wrong"])).toBeUndefined();
  const added = certificatesIn(two).map((der) => ({ name: "another root", der }));
  writeFileSync(path, await addToPkcs12(bytes, added, "secret1"));
  expect(trustedBy(path, "secret1")).toEqual(["another root", "first"]);
  // OpenSSL checks the seal too.
  const shown = execFileSync("openssl", ["pkcs12", "-in", path, "-passin", "pass:secret1", "-nokeys"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(certificatesIn(shown).map(pemOf).sort()).toEqual([one, two].sort());
});

test.skipIf(!hasKeytool)(
  "a store that is made from nothing has no seal, and Java opens it with any password",
  async () => {
    using folder = new Folder();
    const added = certificatesIn(rootCertificate(folder, "one")).map((der) => ({ name: "ours", der }));
    const bytes = await addToPkcs12(emptyPkcs12(), added, null);
    const path = folder.at("made.p12");
    writeFileSync(path, bytes);
    expect(trustedBy(path, "changeit")).toEqual(["ours"]);
    expect(await readPkcs12(bytes, [])).toEqual({
      certificates: added.map(({ der }) => der),
      hasKeys: false,
      password: null,
    });
  },
);

test("a store of openssl's with a key in it says so; other bytes are none", async () => {
  using folder = new Folder();
  rootCertificate(folder, "one");
  const path = folder.at("keys.p12");
  const files = ["-inkey", folder.at("one.key"), "-in", folder.at("one.pem"), "-out", path];
  execFileSync("openssl", ["pkcs12", "-export", "-passout", "pass:x", ...files]);
  expect((await readPkcs12(Uint8Array.from(readFileSync(path)), ["x"]))?.hasKeys).toBe(true);
  expect([isPkcs12(new Uint8Array(64)), isPkcs12(Uint8Array.from(readFileSync(folder.at("one.pem"))))]).toEqual([
    false,
    false,
  ]);
});
