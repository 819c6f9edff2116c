import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { certificatesIn, pemOf } from "../../../src/target/trust/certificates.ts";
import { addToJks, isJks, passwordOfJks, readJks } from "../../../src/target/trust/jks.ts";
import { FormatError } from "../../../src/core/errors.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

const hasKeytool = Bun.which("keytool") !== null;
if (!hasKeytool) console.warn("skipped: tests of Java's stores need keytool");
const keytool = (...given: string[]) =>
  execFileSync("keytool", given, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

test.skipIf(!hasKeytool)("a store that keytool made is read, and keytool trusts what is added", () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  const path = folder.at("store.jks");
  const access = ["-keystore", path, "-storepass", "secret1", "-storetype", "JKS"];
  keytool("-importcert", "-noprompt", "-alias", "first", "-file", folder.at("one.pem"), ...access);
  const bytes = Uint8Array.from(readFileSync(path));
  expect(isJks(bytes)).toBe(true);
  const { trusted, hasKeys } = readJks(bytes);
  expect([trusted.map(pemOf), hasKeys]).toEqual([[one], false]);
  expect(passwordOfJks(bytes, ["changeit", "secret1"])).toBe("secret1");
  expect(passwordOfJks(bytes, ["changeit"])).toBeUndefined();
  const added = certificatesIn(two).map((der) => ({ name: "another", der }));
  writeFileSync(path, addToJks(bytes, added, "secret1"));
  expect(readJks(Uint8Array.from(readFileSync(path))).trusted.map(pemOf)).toEqual([one, two]);
  // keytool refuses a store whose digest is wrong.
  const listed = keytool("-list", ...access);
  expect(listed.match(/^\w+(?=, .*trustedCertEntry)/gm)?.sort()).toEqual(["another", "first"]);
});

test.skipIf(!hasKeytool)("a store with a private key says so, and one that is cut short is a FormatError", () => {
  using folder = new Folder();
  const path = folder.at("keys.jks");
  const access = ["-keystore", path, "-storepass", "secret1", "-keypass", "secret1", "-storetype", "JKS"];
  keytool("-genkeypair", "-alias", "mine", "-keyalg", "EC", "-dname", "CN=mine", ...access);
  const bytes = Uint8Array.from(readFileSync(path));
  expect(readJks(bytes)).toEqual({ trusted: [], hasKeys: true });
  expect(() => readJks(bytes.slice(0, 200))).toThrow(FormatError);
  expect(isJks(new Uint8Array(100))).toBe(false);
});
