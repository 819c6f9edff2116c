/** The servers are node's and Go's. */
import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClientHello } from "../../../src/proxy/client-hello.ts";
import { createAuthority, type Leaf, type LeafSubject } from "../../../src/proxy/tls/authority.ts";
import type { TlsOptions } from "../../../src/proxy/tls/tls-options.ts";
import { createUpstreams, type Upstream, type Upstreams } from "../../../src/proxy/tls/upstream.ts";
import { connectRaw, Listening, listenRaw } from "../../support/tls-ends.ts";
import { Folder } from "../../support/folder.ts";
import { serveByNode } from "../../support/tls-server.ts";

const made = (name: string) => createAuthority({ name, instants: [Date.now()] });
const world = made("World root");
const firm = made("Firm root");
const stranger = made("Stranger");
const stores = [
  { name: "the system's roots", roots: [world.certificate], authority: made("Run CA") },
  { name: "firm.pem", roots: [firm.certificate], authority: made("Run CA for firm.pem") },
];
const untrusted = made("Untrusted");
const options: TlsOptions = { stores, untrusted, clientCertificates: [], keyLog: null };
const plain: LeafSubject = { names: ["shop.example"], addresses: ["127.0.0.1"], fault: "none" };
const hello: ClientHello = {
  serverName: "shop.example",
  alpn: ["h2", "http/1.1"],
  versions: { min: "TLSv1.2", max: "TLSv1.3" },
  groups: [0x11ec, 0x1d],
};

const open = async (
  port: number,
  upstreams: Upstreams = createUpstreams(options),
  asked: Partial<ClientHello> = {},
  isFresh = true,
): Promise<Upstream> =>
  upstreams.open({
    line: await connectRaw(port),
    hello: { ...hello, ...asked },
    address: "127.0.0.1",
    port,
    alpn: ["http/1.1"],
    isFresh,
  });

const opened = (upstream: Upstream): Extract<Upstream, { is: "open" }> => {
  if (upstream.is !== "open") throw new Error(JSON.stringify(upstream));
  return upstream;
};

/** Signed by openssl, since our authorities sign servers alone. */
const clientLeaf = (): { ca: string; certificate: string; key: string } => {
  using folder = new Folder();
  const openssl = (...args: string[]): void => void Bun.spawnSync(["openssl", ...args], { cwd: folder.path });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Clients");
  openssl("req", ...key, "-keyout", "me.key", "-out", "me.csr", "-subj", "/CN=me.example");
  openssl("x509", "-req", "-in", "me.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "me.pem");
  const read = (name: string): string => readFileSync(folder.at(name), "utf8");
  return { ca: read("ca.pem"), certificate: read("me.pem"), key: read("me.key") };
};

/** What a server says of us. */
const said = async (upstream: Upstream): Promise<unknown> => {
  const { line } = opened(upstream);
  const heard = new Listening(line);
  const { promise, resolve } = Promise.withResolvers<void>();
  heard.onData = () => resolve();
  line.write(Buffer.from("ping"));
  await promise;
  line.terminate();
  return JSON.parse(heard.text);
};

test("the server sees the client's name, versions and the protocols that can be read", async () => {
  await using server = await serveByNode(world.leaf(plain), { ALPNProtocols: ["h2", "http/1.1"] });
  expect(await said(await open(server.port))).toEqual({
    sni: "shop.example",
    alpn: "http/1.1",
    version: "TLSv1.3",
    peer: null,
    isReused: false,
    said: "ping",
  });
  const older = { serverName: null, alpn: ["h2"], versions: { min: "TLSv1", max: "TLSv1.2" } } as const;
  expect(await said(await open(server.port, createUpstreams(options), older))).toEqual({
    sni: false,
    alpn: "h2",
    version: "TLSv1.2",
    peer: null,
    isReused: false,
    said: "ping",
  });
});

const versions = ["TLSv1.2", "TLSv1.3"] as const;

test.each(versions)("of many connections at a time one costs a whole handshake, in %s", async (version) => {
  await using server = await serveByNode(world.leaf(plain), { maxVersion: version });
  const upstreams = createUpstreams(options);
  const seen: unknown[] = [];
  const chains: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const upstream = opened(await open(server.port, upstreams));
    seen.push(await said(upstream));
    chains.push(upstream.facts.chain.map((der) => Buffer.from(der).toString("hex")));
  }
  // The first is asked whether it wants to see a certificate, and its session is nobody's yet.
  expect(seen.slice(2)).toEqual([expect.objectContaining({ isReused: true }), expect.objectContaining({ isReused: true })]); // prettier-ignore
  expect(new Set(chains.map(String)).size).toBe(1);
  const elsewhere = await said(await open(server.port, upstreams, { serverName: "127.0.0.1" }));
  expect(elsewhere).toMatchObject({ isReused: false });
});

test("nothing is resumed of servers that are not believed or ask for certificates", async () => {
  const asking = { requestCert: true, rejectUnauthorized: false };
  for (const [leaf, more] of [
    [stranger.leaf(plain), {}],
    [world.leaf(plain), asking],
  ] as const) {
    // prettier-ignore
    await using server = await serveByNode(leaf, more);
    const upstreams = createUpstreams(options);
    for (let i = 0; i < 3; i++)
      expect(await said(await open(server.port, upstreams))).toMatchObject({ isReused: false });
  }
});

test("a server that takes hybrid groups alone is spoken to from its second connection on", async () => {
  const leaf = world.leaf(plain);
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: leaf.certificate, key: leaf.key, ecdhCurve: "X25519MLKEM768" } as object,
    socket: { data: (socket, bytes) => void socket.write(bytes), error: () => {} },
  });
  const upstreams = createUpstreams(options);
  expect(await open(server.port, upstreams)).toMatchObject({ is: "failed", failure: { alert: "handshake_failure" } });
  opened(await open(server.port, upstreams)).line.terminate();
});

const issuerOf = (leaf: Leaf): string => new X509Certificate(leaf.certificate).issuer.replace("O=Reprise\nCN=", "");

test("the leaf has the issuer, the names and the fault that the client would have found", async () => {
  const cases: [Leaf, string, string | null, string][] = [
    [world.leaf(plain), "Run CA", null, "DNS:shop.example, IP Address:127.0.0.1"],
    [firm.leaf(plain), "Run CA for firm.pem", null, "DNS:shop.example, IP Address:127.0.0.1"],
    [
      world.leaf({ ...plain, names: ["other.example"] }),
      "Run CA",
      "its certificate is not for shop.example but for other.example, 127.0.0.1 (O=Reprise, CN=other.example)",
      "DNS:other.example, IP Address:127.0.0.1",
    ],
    [
      stranger.leaf({ ...plain, names: ["other.example"] }),
      "Untrusted",
      "no store of the app's leads to its issuer (UNABLE_TO_VERIFY_LEAF_SIGNATURE); its certificate is not for shop.example but for other.example, 127.0.0.1 (O=Reprise, CN=other.example)",
      "DNS:other.example, IP Address:127.0.0.1",
    ],
    [
      stranger.leaf(plain),
      "Untrusted",
      "no store of the app's leads to its issuer (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
      "DNS:shop.example, IP Address:127.0.0.1",
    ],
    [
      firm.leaf({ ...plain, fault: "expired" }),
      "Run CA for firm.pem",
      "its certificate has expired",
      "DNS:shop.example, IP Address:127.0.0.1",
    ],
    [
      stranger.leaf({ ...plain, issuer: "authoritySent" }),
      "Untrusted",
      "no store of the app's leads to its issuer (SELF_SIGNED_CERT_IN_CHAIN)",
      "DNS:shop.example, IP Address:127.0.0.1",
    ],
    [
      stranger.leaf({ ...plain, issuer: "itself" }),
      "shop.example",
      "no store of the app's leads to its issuer (DEPTH_ZERO_SELF_SIGNED_CERT)",
      "DNS:shop.example, IP Address:127.0.0.1",
    ],
  ];
  for (const [shown, issuer, refusal, names] of cases) {
    await using server = await serveByNode(shown);
    const upstream = opened(await open(server.port));
    upstream.line.terminate();
    const told = upstream.refusal?.replace(/ \(\S+Z to \S+Z\)/, "") ?? null;
    expect([issuerOf(upstream.leaf), told]).toEqual([issuer, refusal]);
    expect(new X509Certificate(upstream.leaf.certificate).subjectAltName).toBe(names);
    const ends = (leaf: Leaf): number => Date.parse(new X509Certificate(leaf.certificate).validTo);
    const isExpired = refusal === "its certificate has expired";
    expect(ends(upstream.leaf) < Date.now()).toBe(isExpired);
    if (isExpired) expect(ends(upstream.leaf)).toBe(ends(shown));
  }
}, 30_000);

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "a server of %s that demands a certificate is relayed blind from the first connection on",
  async (version) => {
    const mine = clientLeaf();
    await using server = await serveByNode(world.leaf(plain), {
      requestCert: true,
      ca: [mine.ca],
      minVersion: version,
      maxVersion: version,
    });
    const upstreams = createUpstreams(options);
    const reason =
      "shop.example asks its clients for a certificate; --client-cert shop.example=cert.pem,key.pem lets it be read";
    expect([version, await open(server.port, upstreams)]).toEqual([version, { is: "blind", reason }]);
    expect(await open(server.port, upstreams)).toEqual({ is: "blind", reason });
    for (const host of ["shop.example", "*.example", "127.0.0.1"]) {
      const clientCertificates = [{ host, ...mine }];
      const known = await open(server.port, createUpstreams({ ...options, clientCertificates }));
      expect(await said(known)).toMatchObject({ version, peer: "me.example" });
    }
  },
  30_000,
);

test.each([
  ["TLSv1.2", true],
  ["TLSv1.3", true],
  ["TLSv1.2", false],
  ["TLSv1.3", false],
] as const)(
  "whether a server of %s asks for a certificate and goes without is told, so that the client is asked too (fresh: %p)",
  async (version, isFresh) => {
    const limits = { minVersion: version, maxVersion: version };
    const settings = [
      [{}, null],
      [{ requestCert: true, rejectUnauthorized: false }, expect.stringContaining("--client-cert shop.example=")],
    ] as const;
    for (const [settled, certificateReason] of settings) {
      await using server = await serveByNode(world.leaf(plain), { ...limits, ...settled });
      const upstreams = createUpstreams(options);
      for (let time = 0; time < 2; time++) {
        const upstream = opened(await open(server.port, upstreams, {}, isFresh));
        expect([upstream.certificateReason, await said(upstream)]).toEqual([
          certificateReason,
          expect.objectContaining({ version, peer: null }),
        ]);
      }
    }
  },
  30_000,
);

test("a server that asks for none is so known after one connection, which is not kept waiting", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    await using server = await serveByNode(world.leaf(plain), { minVersion: version, maxVersion: version });
    const upstreams = createUpstreams(options);
    for (let time = 0; time < 2; time++)
      expect(await said(await open(server.port, upstreams))).toMatchObject({ version });
  }
});

test("a server without a version or a protocol of the client's fails it as it would have", async () => {
  await using server = await serveByNode(world.leaf(plain), { maxVersion: "TLSv1.2" });
  const only = { versions: { min: "TLSv1.3", max: "TLSv1.3" } } as const;
  expect(await open(server.port, createUpstreams(options), only)).toMatchObject({
    is: "failed",
    failure: { kind: "alert", alert: "protocol_version" },
  });
  using leaving = listenRaw((socket) => void socket.end());
  expect(await open(leaving.port)).toMatchObject({ is: "failed", failure: { kind: "ended" } });
  using resetting = listenRaw((socket) => {
    socket.data.ear = { data: () => void socket.terminate(), drain() {}, end() {}, close() {} };
  });
  expect(await open(resetting.port)).toMatchObject({ is: "failed", failure: { kind: "reset" } });
});

test("session keys are written for both ends", async () => {
  await using server = await serveByNode(world.leaf(plain));
  const lines: string[] = [];
  const upstream = await open(server.port, createUpstreams({ ...options, keyLog: (line) => lines.push(line) }));
  await said(upstream);
  expect(lines.map((line) => line.split(" ")[0]).toSorted()).toEqual([
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "CLIENT_TRAFFIC_SECRET_0",
    "EXPORTER_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_TRAFFIC_SECRET_0",
  ]);
  expect(lines.every((line) => /^[A-Z_0-9]+ [0-9a-f]{64} [0-9a-f]+$/.test(line))).toBeTrue();
});
