/** The servers are node's. */
import { expect, test } from "bun:test";
import { createAuthority } from "../../../src/proxy/tls/authority.ts";
import { asksForCertificate, serverSecretIn } from "../../../src/proxy/tls/server-flight.ts";
import { connectTls } from "../../../src/proxy/tls/tls-line.ts";
import { createUpstreams } from "../../../src/proxy/tls/upstream.ts";
import { connectRaw } from "../../support/tls-ends.ts";
import { serveByNode } from "../../support/tls-server.ts";

const authority = createAuthority({ name: "Root", instants: [Date.now()] });
const shown = authority.leaf({ names: ["shop.example"], addresses: [], fault: "none" });
const roots = [authority.certificate];

const terms = [
  ["TLSv1.2", {}],
  ["TLSv1.3", { ciphers: "TLS_AES_128_GCM_SHA256" }],
  ["TLSv1.3", { ciphers: "TLS_AES_256_GCM_SHA384" }],
  // Makes the client try again.
  ["TLSv1.3", { ecdhCurve: "P-384" }],
] as const;

test.each(terms)("a request is seen in %s, with %p", async (version, more) => {
  for (const requestCert of [true, false]) {
    const options = { requestCert, rejectUnauthorized: false, ...more, minVersion: version, maxVersion: version };
    await using server = await serveByNode(shown, options);
    const line = connectTls(await connectRaw(server.port), {
      serverName: "shop.example",
      alpn: [],
      versions: { min: version, max: version },
      groups: "classical",
      clientCertificate: null,
      roots,
      isRequestWatched: true,
      keyLog: null,
    });
    expect(await line.ready).toMatchObject({ is: "open", version });
    expect(await line.isCertificateAsked).toBe(requestCert);
    line.terminate();
  }
});

test("what is sealed by ChaCha20 cannot be told, and a demand is told by what follows", async () => {
  const ciphers = "TLS_CHACHA20_POLY1305_SHA256";
  const demanding = { requestCert: true, rejectUnauthorized: true, ca: [authority.certificate] };
  for (const [more, is] of [
    [demanding, "blind"],
    [{}, "open"],
  ] as const) {
    await using server = await serveByNode(shown, { ciphers, ...more });
    const stores = [{ name: "roots", roots, authority }];
    const upstreams = createUpstreams({ stores, untrusted: authority, clientCertificates: [], keyLog: null });
    const versions = { min: "TLSv1.3", max: "TLSv1.3" } as const;
    const hello = { serverName: "shop.example", alpn: [], versions, groups: [] };
    const line = await connectRaw(server.port);
    expect(
      await upstreams.open({ line, hello, address: "127.0.0.1", port: server.port, alpn: [], isFresh: true }),
    ).toMatchObject({
      is,
    });
    line.terminate();
  }
});

test("what is no handshake asks for nothing", () => {
  expect(asksForCertificate(Uint8Array.of(22, 3, 3, 0, 9, 13), null)).toBeFalse();
  expect(asksForCertificate(Uint8Array.of(22, 3, 3, 0, 4, 2, 0, 0, 0), new Uint8Array(32))).toBeNull();
  expect(serverSecretIn("CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 01")).toBeNull();
  expect(serverSecretIn("SERVER_HANDSHAKE_TRAFFIC_SECRET 00 01ff")).toEqual(Uint8Array.of(1, 255));
});
