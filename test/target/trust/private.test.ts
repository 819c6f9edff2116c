import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { certificatesIn, pemOf } from "../../../src/target/trust/certificates.ts";
import { type PrivateSources, privateStores } from "../../../src/target/trust/private.ts";
import { walk } from "../../../src/target/trust/walk.ts";
import { Folder } from "../../support/folder.ts";
import { leafCertificate, rootCertificate } from "../../support/root-certificate.ts";

const sources = (folder: Folder, given: Partial<PrivateSources> = {}): PrivateSources => ({
  command: "./app",
  cwd: realpathSync(folder.path),
  env: {},
  home: null,
  extraFiles: [],
  walked: { certificates: [], venvs: [], javaStores: [], goModules: [] },
  known: new Set(),
  ...given,
});
const names = async (given: PrivateSources) => (await privateStores(given)).stores.map(({ name }) => name).sort();

test("roots are found in the directory, in connection strings, in the home and in what the command names", async () => {
  using folder = new Folder();
  using elsewhere = new Folder();
  rootCertificate(folder, "ca");
  leafCertificate(folder, "server", "ca");
  rootCertificate(elsewhere, "db");
  rootCertificate(elsewhere, "named");
  rootCertificate(elsewhere, "scripted");
  mkdirSync(elsewhere.at(".postgresql"));
  writeFileSync(elsewhere.at(".postgresql/root.crt"), rootCertificate(elsewhere, "home"));
  folder.write("start.sh", `#!/bin/sh\nexport CA=${elsewhere.at("scripted.pem")}\n`);
  const found = await names(
    sources(folder, {
      command: `sh start.sh --ca=${elsewhere.at("named.pem")}`,
      env: { DATABASE_URL: `postgres://u@db/x?sslmode=verify-full&sslrootcert=${elsewhere.at("db.pem")}` },
      home: elsewhere.path,
      walked: walk(folder.path),
    }),
  );
  const all = [".postgresql/root.crt", "db.pem", "named.pem", "scripted.pem"].map((name) =>
    realpathSync(elsewhere.at(name)),
  );
  expect(found).toEqual([...all, "ca.pem"].sort());
});

test("a server's certificate, a key and what is everybody's are none, unless --trust says so", async () => {
  using folder = new Folder();
  const root = rootCertificate(folder, "ca");
  leafCertificate(folder, "server", "ca");
  folder.write("both.pem", root + readFileSync(folder.at("ca.key"), "utf8"));
  const env = { CERT: folder.at("server.pem"), BOTH: folder.at("both.pem"), CA: folder.at("ca.pem") };
  const known = new Set([realpathSync(folder.at("ca.pem"))]);
  expect(await names(sources(folder, { env, known }))).toEqual([]);
  expect(await names(sources(folder, { env, known, extraFiles: ["server.pem"] }))).toEqual(["server.pem"]);
  await expect(privateStores(sources(folder, { extraFiles: ["both.pem"] }))).rejects.toMatchObject({
    name: "UsageError",
    hint: "It holds a private key. Name the file with the roots that the app trusts.",
  });
  await expect(privateStores(sources(folder, { extraFiles: ["none.pem"] }))).rejects.toThrow("cannot be read");
});

test("a store is opened by the password that the app's settings hold; without it, the error says where to put it", async () => {
  using folder = new Folder();
  using elsewhere = new Folder();
  rootCertificate(elsewhere, "ca");
  const words = ["-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-storepass", "s3cret-pw"];
  const files = ["-keystore", elsewhere.at("store.p12"), "-file", elsewhere.at("ca.pem")];
  expect(Bun.spawnSync(["keytool", ...words, ...files]).success).toBeTrue();
  await expect(privateStores(sources(folder, { extraFiles: [elsewhere.at("store.p12")] }))).rejects.toMatchObject({
    name: "UsageError",
    message: `${elsewhere.at("store.p12")}, given with --trust, cannot be opened. Its password is not known.`,
    hint: expect.stringContaining("TRUSTSTORE_PASSWORD="),
  });
  folder.write(
    "application.yml",
    `client:\n  trust-store: file:${elsewhere.at("store.p12")}\n  trust-store-password: s3cret-pw\n`,
  );
  expect(await names(sources(folder))).toEqual([realpathSync(elsewhere.at("store.p12"))]);
});

test("roots that stand in a variable themselves are added to there, line feeds escaped or not", async () => {
  using folder = new Folder();
  const [one, two] = [rootCertificate(folder, "one"), rootCertificate(folder, "two")];
  const env = { PLAIN: one, ESCAPED: one.replaceAll("\n", "\\n"), OTHER: `cert: ${one}` };
  const { inline } = await privateStores(sources(folder, { env }));
  const added = certificatesIn(two).map((der) => ({ name: "", der }));
  expect(inline.map(({ variable, roots }) => [variable, roots.map(pemOf)])).toEqual([
    ["PLAIN", [one]],
    ["ESCAPED", [one]],
  ]);
  expect(inline.map((each) => each.with(added))).toEqual([one + two, (one + two).replaceAll("\n", "\\n")]);
});
