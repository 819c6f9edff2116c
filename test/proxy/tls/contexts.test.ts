import { expect, test } from "bun:test";
import { clientContext, groupsFor, serverContext } from "../../../src/proxy/tls/contexts.ts";
import { authority, leaf } from "../../support/tls-ends.ts";

const groups = "classical";

test("a context is made once for a leaf and what is asked of its clients", () => {
  const options = { leaf, asksCertificate: false, groups } as const;
  expect(serverContext(options)).toBe(serverContext({ ...options }));
  expect(serverContext({ ...options, leaf: { ...leaf } })).not.toBe(serverContext(options));
  expect(serverContext({ ...options, asksCertificate: true })).not.toBe(serverContext(options));
  expect(serverContext({ ...options, groups: "all" })).not.toBe(serverContext(options));
});

test("a context is made once for roots, versions, groups and a client's certificate", () => {
  const roots = [authority.certificate];
  const versions = { min: "TLSv1.2", max: "TLSv1.3" } as const;
  const options = { roots, versions, groups, clientCertificate: null } as const;
  expect(clientContext({ ...options })).toBe(clientContext(options));
  expect(clientContext({ ...options, clientCertificate: leaf })).not.toBe(clientContext(options));
  expect(clientContext({ ...options, versions: { min: "TLSv1", max: "TLSv1.2" } })).not.toBe(clientContext(options));
  expect(clientContext({ ...options, groups: "all" })).not.toBe(clientContext(options));
});

test("whoever takes a classical group gets one, and who takes hybrids alone gets all", () => {
  expect(groupsFor([])).toBe("classical");
  expect(groupsFor([0x11ec, 0x1d])).toBe("classical");
  expect(groupsFor([0x0a0a, 0x11ec])).toBe("all");
});
