import { expect, test } from "bun:test";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { evidenceOf, KnownRoots } from "../../src/target/pin-evidence.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const made = () => {
  using folder = new Folder();
  const pem = readFileSync(selfSigned(folder, "ec").certificate, "utf8");
  const { raw, publicKey } = new X509Certificate(pem);
  return { pem, der: new Uint8Array(raw), key: publicKey.export({ type: "spki", format: "der" }) };
};
const [server, issuer, other] = [made(), made(), made()];

const holds = (found: ReturnType<typeof evidenceOf>, text: string | Uint8Array, isSource = true): boolean =>
  found.some(({ bytes, isOfProgram }) => (!isSource || !isOfProgram) && Buffer.from(text as string).includes(bytes));

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const colons = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/..(?=.)/g, "$&:");

test.each([
  ["hexadecimal", sha256(server.der).toString("hex")],
  ["in capitals", createHash("sha1").update(server.der).digest("hex").toUpperCase()],
  ["as Node has it", new X509Certificate(server.pem).fingerprint256],
  ["as OpenSSL says it of sha512", new X509Certificate(server.pem).fingerprint512],
  ["in small letters with colons", colons(sha256(server.key))],
  ["as OkHttp and curl have a key's", `sha256//${sha256(server.key).toString("base64")}`],
  ["for addresses", sha256(server.key).toString("base64url")],
  ["of two bytes a character", Buffer.from(sha256(server.der).toString("hex"), "utf16le")],
  ["in bytes", sha256(server.der)],
  ["a key's in bytes", createHash("sha512").update(server.key).digest()],
  ["of the issuer's key", sha256(issuer.key).toString("base64")],
])("a fingerprint %s is evidence, in sources too", (_, text) => {
  const found = evidenceOf({ chain: [server.der, issuer.der], isBelieved: true }, new KnownRoots([], null));
  expect([holds(found, text), holds(found, sha256(other.der))]).toEqual([true, false]);
});

test("the whole certificate is evidence in the program alone, the issuer's where nobody believes it", () => {
  const shown = { chain: [server.der, issuer.der], isBelieved: true };
  const roots = new KnownRoots([], null);
  const [believed, not] = [evidenceOf(shown, roots), evidenceOf({ ...shown, isBelieved: false }, roots)];
  expect([server.der, server.pem].map((text) => [holds(believed, text, false), holds(believed, text)])).toEqual([
    [true, false],
    [true, false],
  ]);
  expect([issuer.der, issuer.pem].map((text) => [holds(believed, text, false), holds(not, text, false)])).toEqual([
    [false, true],
    [false, true],
  ]);
});

test("of a root that the app is told to trust, only its key's fingerprint is evidence", () => {
  const roots = new KnownRoots([issuer.pem], null);
  const found = evidenceOf({ chain: [server.der, issuer.der], isBelieved: false }, roots);
  expect([issuer.der, issuer.pem, sha256(issuer.der), colons(sha256(issuer.der))].some((text) => holds(found, text, false))).toBe(false); // prettier-ignore
  expect(holds(found, sha256(issuer.key).toString("base64"))).toBe(true);
  // A root that the server does not send.
  const alone = evidenceOf({ chain: [server.der], isBelieved: true }, new KnownRoots([server.pem], null));
  expect(holds(alone, sha256(server.key))).toBe(true);
});

test("what libraries keep of every certificate that they have checked is none, but for the server's own", () => {
  const found = evidenceOf({ chain: [server.der, issuer.der], isBelieved: true }, new KnownRoots([], null));
  const kept = (der: Uint8Array) => [
    createHash("sha1").update(der).digest(),
    sha256(der).toString("hex").toUpperCase(),
  ];
  expect(kept(issuer.der).map((text) => holds(found, text))).toEqual([false, false]);
  expect(kept(server.der).map((text) => holds(found, text))).toEqual([true, true]);
});

test("a certificate that the app itself shows is held without being a pin", () => {
  const found = evidenceOf({ chain: [server.der], isBelieved: true }, new KnownRoots([], server.der));
  expect(found).toEqual([]);
});
