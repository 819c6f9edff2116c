import { expect, test } from "bun:test";
import { clientContext, serverContext } from "../../../src/proxy/tls/contexts.ts";
import { authority, leaf } from "../../support/tls-ends.ts";

test("a context is made once for a leaf, and once for roots, versions and a client's certificate", () => {
  expect(serverContext(leaf)).toBe(serverContext(leaf));
  expect(serverContext({ ...leaf })).not.toBe(serverContext(leaf));
  const roots = [authority.certificate];
  const versions = { min: "TLSv1.2", max: "TLSv1.3" } as const;
  const options = { roots, versions, clientCertificate: null };
  expect(clientContext({ ...options })).toBe(clientContext(options));
  expect(clientContext({ ...options, clientCertificate: leaf })).not.toBe(clientContext(options));
  expect(clientContext({ ...options, versions: { min: "TLSv1", max: "TLSv1.2" } })).not.toBe(clientContext(options));
});
