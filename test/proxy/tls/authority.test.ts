/** The strict verifiers that are at hand judge the leaves: openssl, Go, Java, Python and node, each with its own code. */
import { expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createAuthority, type LeafSubject } from "../../../src/proxy/tls/authority.ts";
import { Folder } from "../../support/folder.ts";

const dayMs = 24 * 60 * 60 * 1000;
const options = { name: "Reprise run CA", instants: [Date.now(), Date.UTC(2024, 5, 1)] };
const plain: LeafSubject = { names: ["shop.example"], addresses: [], fault: "none" };

const first = (pem: string): X509Certificate => new X509Certificate(pem);

const opensslVerify = (folder: Folder, ca: string, leaf: string, ...args: string[]): string => {
  folder.write("ca.pem", ca);
  folder.write("leaf.pem", leaf);
  const run = Bun.spawnSync(
    ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", ...args, "leaf.pem"],
    { cwd: folder.path },
  );
  return `${run.stdout.toString()}${run.stderr.toString()}`;
};

test("openssl's strict verification takes every kind of name, on every recorded day", () => {
  using folder = new Folder();
  const authority = createAuthority(options);
  const kinds: [LeafSubject, string[]][] = [
    [plain, ["-verify_hostname", "shop.example"]],
    [{ ...plain, names: ["bücher.example"] }, ["-verify_hostname", "xn--bcher-kva.example"]],
    [{ ...plain, names: ["*.shop.example"] }, ["-verify_hostname", "api.shop.example"]],
    [{ ...plain, names: [], addresses: ["127.0.0.1"] }, ["-verify_ip", "127.0.0.1"]],
    [{ ...plain, names: [], addresses: ["2001:db8::7"] }, ["-verify_ip", "2001:db8::7"]],
    [{ ...plain, names: ["10.0.0.9"] }, ["-verify_ip", "10.0.0.9"]],
    [{ ...plain, names: [`${"a".repeat(60)}.${"b".repeat(60)}.example`] }, []],
    [plain, ["-attime", String(Date.UTC(2024, 5, 1) / 1000)]],
    [plain, ["-attime", String(Math.floor((Date.now() + 364 * dayMs) / 1000))]],
  ];
  for (const [subject, args] of kinds) {
    const { certificate } = authority.leaf(subject);
    expect([args, opensslVerify(folder, authority.certificate, certificate, ...args)]).toEqual([
      args,
      "leaf.pem: OK\n",
    ]);
  }
});

test("what shall be wrong is wrong, and nothing else", () => {
  using folder = new Folder();
  const authority = createAuthority(options);
  const judge = (subject: Partial<LeafSubject>): string =>
    opensslVerify(folder, authority.certificate, authority.leaf({ ...plain, ...subject }).certificate);
  expect(judge({ fault: "expired" })).toContain("certificate has expired");
  expect(judge({ fault: "notYetValid" })).toContain("certificate is not yet valid");
  expect(judge({ issuer: "itself" })).toContain("self-signed certificate");
  expect(judge({ issuer: "authoritySent" })).toBe("leaf.pem: OK\n");
  expect(authority.leaf({ ...plain, issuer: "authoritySent" }).certificate.match(/BEGIN/g)).toHaveLength(2);
  expect(authority.leaf(plain).certificate.match(/BEGIN/g)).toHaveLength(1);
  const validity = { notBefore: Date.UTC(2019, 0, 1), notAfter: Date.UTC(2020, 0, 1) };
  const old = first(authority.leaf({ ...plain, fault: "expired", validity }).certificate);
  expect([Date.parse(old.validFrom), Date.parse(old.validTo)]).toEqual([validity.notBefore, validity.notAfter]);
  const other = createAuthority(options);
  expect(opensslVerify(folder, other.certificate, authority.leaf(plain).certificate)).toContain("error");
});

test("a leaf is made once per subject and never shared between authorities", () => {
  const authority = createAuthority(options);
  const leaf = authority.leaf(plain);
  expect(authority.leaf({ ...plain })).toBe(leaf);
  expect(authority.leaf({ ...plain, addresses: ["10.0.0.1"] })).not.toBe(leaf);
  authority.forget();
  expect(authority.leaf(plain).key).not.toBe(leaf.key);
  expect(createAuthority(options).certificate).not.toBe(authority.certificate);
  expect(first(leaf.certificate).checkPrivateKey(createPrivateKey(leaf.key))).toBeTrue();
});

test("without alternative names the common name is what there is", () => {
  const leaf = createAuthority(options).leaf({ names: [], addresses: [], fault: "none", commonName: "shop.example" });
  expect(first(leaf.certificate).subject).toContain("CN=shop.example");
  expect(first(leaf.certificate).subjectAltName).toBeUndefined();
});

const python = `
import ssl, socket, sys
context = ssl.create_default_context(cafile="ca.pem")
context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
for name in ["shop.example", "127.0.0.1", "::1"]:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as raw:
        with context.wrap_socket(raw, server_hostname=name) as tls:
            print(name, tls.version())
`;

const node = `
const tls = require("node:tls"), ca = require("node:fs").readFileSync("ca.pem");
const s = tls.connect({ port: +process.argv[1], host: "127.0.0.1", servername: "shop.example", ca }, () => { console.log(s.authorized); s.end(); });
`;

const go = `package main
import ("crypto/tls"; "crypto/x509"; "fmt"; "os")
func main() {
	pem, _ := os.ReadFile("ca.pem"); roots := x509.NewCertPool(); fmt.Println(roots.AppendCertsFromPEM(pem))
	for _, name := range []string{"shop.example", "127.0.0.1", "::1"} {
		c, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[1], &tls.Config{RootCAs: roots, ServerName: name})
		fmt.Println(name, err); if err == nil { c.Close() }
	}
}
`;

const java = `
import java.io.*; import java.security.*; import java.security.cert.*; import javax.net.ssl.*;
class Ask { public static void main(String[] a) throws Exception {
  KeyStore s = KeyStore.getInstance("PKCS12"); s.load(null, null);
  s.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream("ca.pem")));
  TrustManagerFactory f = TrustManagerFactory.getInstance("PKIX"); f.init(s);
  SSLContext c = SSLContext.getInstance("TLS"); c.init(null, f.getTrustManagers(), null);
  for (String host : new String[]{"localhost", "127.0.0.1"}) {
    SSLSocket t = (SSLSocket) c.getSocketFactory().createSocket(host, Integer.parseInt(a[0]));
    SSLParameters p = t.getSSLParameters(); p.setEndpointIdentificationAlgorithm("HTTPS"); t.setSSLParameters(p);
    t.startHandshake(); System.out.println(host + " " + t.getSession().getProtocol()); t.close();
  } } }
`;

test("Python, node, Go and Java shake hands with a server that shows a leaf", async () => {
  using folder = new Folder();
  const authority = createAuthority(options);
  const names = ["shop.example", "localhost"];
  const leaf = authority.leaf({ names, addresses: ["127.0.0.1", "::1"], fault: "none" });
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    tls: { cert: leaf.certificate, key: leaf.key },
    socket: { data() {}, error() {} },
  });
  const run = async (...command: string[]): Promise<string> => {
    const child = Bun.spawn(command, { cwd: folder.path, stdout: "pipe", stderr: "pipe", timeout: 100_000 });
    const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return `${out}${(await child.exited) === 0 ? "" : error}`;
  };
  const port = String(server.port);
  folder.write("ca.pem", authority.certificate);
  folder.write("main.go", go);
  folder.write("Ask.java", java);
  expect(await run("python3", "-c", python, port)).toBe("shop.example TLSv1.3\n127.0.0.1 TLSv1.3\n::1 TLSv1.3\n");
  expect(await run("node", "-e", node, port)).toBe("true\n");
  expect(await run("go", "run", "main.go", port)).toBe("true\nshop.example <nil>\n127.0.0.1 <nil>\n::1 <nil>\n");
  expect(await run("java", "Ask.java", port)).toBe("localhost TLSv1.3\n127.0.0.1 TLSv1.3\n");
  server.stop(true);
}, 120_000);
