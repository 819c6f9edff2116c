import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { certificatesIn, fingerprint } from "../../../src/target/trust/certificates.ts";
import { localRoots } from "../../../src/target/trust/local-roots.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

test("a root that neither the distribution nor a runtime brings is the owner's own, where that can be told", () => {
  using folder = new Folder();
  const pems = ["packaged", "company", "unknown"].map((name) => rootCertificate(folder, name));
  const roots = [...pems, rootCertificates[0] ?? ""].flatMap(certificatesIn);
  const ids = roots.map(fingerprint);
  for (const name of ["mozilla/deep", "added"]) mkdirSync(folder.at(name), { recursive: true });
  folder.write("mozilla/deep/packaged.crt", pems[0] ?? "");
  folder.write("bundle.p11-kit", `[p11-kit-object-v1]\ntrusted: true\n${pems[0] ?? ""}`);
  folder.write("added/company.crt", "");
  writeFileSync(folder.at("added/company.crt"), roots[1] ?? "");
  const local = (packaged: string, added: string) =>
    [...localRoots(roots, { packaged: [folder.at(packaged)], added: [folder.at(added)] })].map((id) => ids.indexOf(id));
  expect(local("mozilla", "added")).toEqual([1, 2]);
  expect(local("bundle.p11-kit", "not-there")).toEqual([1, 2]);
  expect(local("not-there", "added")).toEqual([1]);
  expect(local("not-there", "not-there")).toEqual([]);
});
