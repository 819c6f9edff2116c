import { afterAll, expect, test } from "bun:test";
import { serviceOf } from "../../src/cli/own-tls.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

test("neither flag is no service, one needs the other", () => {
  expect(serviceOf({ tlsCert: null, tlsKey: null }, "/")).toBeNull();
  expect(() => serviceOf({ tlsCert: "a.pem", tlsKey: null }, "/")).toThrow("--tls-cert needs --tls-key beside it.");
  expect(() => serviceOf({ tlsCert: null, tlsKey: "a.key" }, "/")).toThrow("--tls-key needs --tls-cert beside it.");
  expect(() => serviceOf({ tlsCert: "a.pem", tlsKey: "a.key" }, folder.path)).toThrow("a.pem cannot be read");
});

test("paths are those of the folder that one is in, and only what can be played is read", () => {
  selfSigned(folder, "ec");
  const service = serviceOf({ tlsCert: "ec.pem", tlsKey: "ec.key" }, folder.path);
  expect(service?.certificate.certificate).toStartWith("-----BEGIN CERTIFICATE-----");
  expect(service?.protocols.map(({ name }) => name)).toContain("http1");
});
