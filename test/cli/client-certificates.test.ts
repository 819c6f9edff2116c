import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { clientCertificateOf } from "../../src/cli/client-certificates.ts";
import { Folder } from "../support/folder.ts";
import { rootCertificate } from "../support/root-certificate.ts";

test("a certificate and its key are read, relative to where the command was typed", () => {
  using folder = new Folder();
  const certificate = rootCertificate(folder, "me");
  expect(clientCertificateOf("API.example.com=me.pem,me.key", folder.path)).toEqual({
    host: "api.example.com",
    certificate,
    key: readFileSync(folder.at("me.key"), "utf8"),
  });
});

test("what does not fit is a sentence that names the file", () => {
  using folder = new Folder();
  rootCertificate(folder, "me");
  rootCertificate(folder, "you");
  const says = (value: string) => expect(() => clientCertificateOf(value, folder.path));
  says("me.pem,me.key").toThrow('--client-cert is "me.pem,me.key", which is not HOST=CERT,KEY.');
  says("a=me.pem,none.key").toThrow(`${folder.at("none.key")}, given with --client-cert, cannot be read: ENOENT.`);
  says("a=me.key,me.key").toThrow("me.key, given with --client-cert, is not a certificate in PEM.");
  says("a=me.pem,you.pem").toThrow("you.pem, given with --client-cert, is not a private key in PEM");
  says("a=me.pem,you.key").toThrow("you.key is not the key of me.pem.");
});
