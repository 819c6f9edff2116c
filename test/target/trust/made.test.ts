import { expect, test } from "bun:test";
import { readFileSync, realpathSync } from "node:fs";
import { certificatesIn, pemOf, subjectHash } from "../../../src/target/trust/certificates.ts";
import { anchorEntries, hashedEntries, type MadeOptions, namedFiles } from "../../../src/target/trust/made.ts";
import { readPkcs12 } from "../../../src/target/trust/pkcs12.ts";
import { Folder } from "../../support/folder.ts";
import { rootCertificate } from "../../support/root-certificate.ts";

const added = (...pems: string[]) => pems.flatMap(certificatesIn).map((der, at) => ({ name: `ca ${at}`, der }));

test("entries of a directory go by OpenSSL's hash, past those that are there", () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one", "/CN=same"), rootCertificate(folder, "two", "/CN=SAME")];
  const hash = added(one).map(({ der }) => subjectHash(der))[0] ?? "";
  folder.write(`${hash}.0`, "there");
  expect(hashedEntries(folder.path, added(one, two))).toEqual([
    { folder: folder.path },
    { path: folder.at(`${hash}.1`), content: one },
    { path: folder.at(`${hash}.2`), content: two },
  ]);
  expect(anchorEntries("/a", added(one))).toEqual([{ folder: "/a" }, { path: "/a/reprise-0.crt", content: one }]);
});

test("files that variables name lie in a directory of ours, with what the user's own variable names", async () => {
  using folder = new Folder();
  const [system, ours, company, theirs, local] = ["system", "ours", "company", "theirs", "local"].map((name) =>
    rootCertificate(folder, name),
  ) as [string, string, string, string, string];
  const own = realpathSync(folder.at("company.pem"));
  const options: MadeOptions = {
    env: { NODE_EXTRA_CA_CERTS: own, DENO_CERT: folder.at("ours.pem") },
    cwd: "/",
    system: { bundles: [folder.at("system.pem")], hashed: ["/certs"], anchors: [], home: "/certs" },
    sharedRoots: certificatesIn(system),
    isJavaUnknown: true,
    everywhere: added(ours),
    ofSystem: added(ours, local),
    additionsAt: (path) =>
      path === own ? added(theirs) : path === realpathSync(folder.at("ours.pem")) ? added(ours) : undefined,
  };
  const { files, named } = await namedFiles(options);
  const contents = new Map(files.flatMap((each) => ("path" in each ? [[each.path, each.content] as const] : [])));
  expect(named).toEqual({
    bundle: "/certs/reprise/bundle.pem",
    nodeExtra: "/certs/reprise/node.pem",
    denoExtra: null,
    java: "/certs/reprise/roots.p12",
  });
  expect(files.filter((each) => "folder" in each)).toEqual([{ folder: "/certs/reprise" }]);
  const pemsAt = (path: string) => certificatesIn(String(contents.get(path))).map(pemOf);
  expect(pemsAt("/certs/reprise/bundle.pem")).toEqual([system, ours, local]);
  expect(pemsAt("/certs/reprise/node.pem")).toEqual([company, theirs, ours]);
  const java = await readPkcs12(contents.get("/certs/reprise/roots.p12") as Uint8Array, []);
  expect(java?.certificates.map(pemOf)).toEqual([system, ours, local]);
  expect(readFileSync(own, "utf8")).toBe(company);
});

test("where no directory can be shown, nothing is named", async () => {
  const system = { bundles: [], hashed: [], anchors: [], home: null };
  const none = { env: {}, cwd: "/", sharedRoots: [], isJavaUnknown: true, everywhere: [], ofSystem: [] };
  expect(await namedFiles({ ...none, system, additionsAt: () => undefined })).toEqual({ files: [], named: null });
});
