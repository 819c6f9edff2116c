import { expect, test } from "bun:test";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { pemOf } from "../../../src/target/trust/certificates.ts";
import { ownDirectories } from "../../../src/target/trust/directories.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

test("a directory that the user names holds roots of its own, unless it is the system's or holds none", () => {
  using folder = new Folder();
  for (const name of ["own", "system", "empty"]) mkdirSync(folder.at(name));
  const root = rootCertificate(folder, "ca");
  for (const name of ["own/0a1b2c3d.0", "system/ca.pem"]) writeFileSync(folder.at(name), root);
  writeFileSync(folder.at("own/readme.txt"), root);
  const env = { SSL_CERT_DIR: ["own", folder.at("system"), folder.at("empty"), "/not/there"].join(":") };
  const found = ownDirectories({ command: "", cwd: folder.path, env, home: null }, [realpathSync(folder.at("system"))]);
  expect(found.map(({ path, roots }) => [path, roots.map(pemOf)])).toEqual([[realpathSync(folder.at("own")), [root]]]);
});
