import { expect, test } from "bun:test";
import { trustEnvironment } from "../../../src/target/trust/environment.ts";

const files = { bundle: "/b.pem", nodeExtra: "/n.pem", denoExtra: "/d.pem", java: null };
const facts = { env: {}, hasPythonStores: true, refusesChannelBinding: false };

test("runtimes without a file of their own are told by variables", () => {
  expect(trustEnvironment(files, facts)).toEqual({
    PGCHANNELBINDING: "disable",
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: "/b.pem",
    PERL_LWP_SSL_CA_FILE: "/b.pem",
    NODE_EXTRA_CA_CERTS: "/n.pem",
    DENO_CERT: "/d.pem",
  });
});

test("what the user has set keeps its meaning", () => {
  const env = {
    SSL_CERT_DIR: "/c",
    HTTPS_CA_FILE: "/h",
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: "/g",
    PGCHANNELBINDING: "prefer",
  };
  expect(trustEnvironment({ ...files, nodeExtra: null, denoExtra: null }, { ...facts, env })).toEqual({});
});

test("a word that goes before an app's own is given only where nothing can be put in place of a file", () => {
  const without = { ...facts, hasPythonStores: false };
  const told = trustEnvironment(files, without);
  expect([told["REQUESTS_CA_BUNDLE"], told["SSL_CERT_FILE"]]).toEqual(["/b.pem", "/b.pem"]);
  expect(trustEnvironment(files, { ...without, env: { CURL_CA_BUNDLE: "/x" } })["REQUESTS_CA_BUNDLE"]).toBeUndefined();
});

test("Java's options are added to the user's, unless those name a store", () => {
  const java = { ...files, java: "/j.p12" };
  const ours =
    "-Djavax.net.ssl.trustStore=/j.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit";
  const given = (options: string) =>
    trustEnvironment(java, { ...facts, env: { JAVA_TOOL_OPTIONS: options } })["JAVA_TOOL_OPTIONS"];
  expect([given(""), given("-Xmx1g")]).toEqual([ours, `-Xmx1g ${ours}`]);
  expect(given("-Djavax.net.ssl.trustStore=/mine")).toBeUndefined();
});

test("where nothing can be shown and channel binding may not be spoken of, nothing is set", () => {
  expect(trustEnvironment(null, { ...facts, refusesChannelBinding: true })).toEqual({});
});
