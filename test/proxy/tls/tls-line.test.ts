/** Peers are not ours: Python's and node's TLS are OpenSSL, Go's is its own. */
import { expect, test } from "bun:test";
import { createAuthority } from "../../../src/proxy/tls/authority.ts";
import { connectTls, type TlsFailure, type TlsLine } from "../../../src/proxy/tls/tls-line.ts";
import {
  authority,
  certificateFolder,
  echo,
  leaf,
  Listening,
  listenRaw,
  listenTls,
  run,
} from "../../support/tls-ends.ts";
import { serveTls } from "../../../src/proxy/tls/tls-line.ts";
import { connectRaw } from "../../support/tls-ends.ts";

const python = (body: string): string => `
import hashlib, os, socket, ssl, struct, sys, threading, time
port = int(sys.argv[1]); version = sys.argv[2] if len(sys.argv) > 2 else "TLSv1_3"
def context(ca="ca.pem"):
    c = ssl.create_default_context(cafile=ca)
    c.minimum_version = c.maximum_version = ssl.TLSVersion[version]
    return c
def connect(c=None, name="shop.example"):
    raw = socket.create_connection(("127.0.0.1", port)); raw.settimeout(20)
    return (c or context()).wrap_socket(raw, server_hostname=name, suppress_ragged_eofs=False)
${body}
`;

const ofClient = { names: ["me.example"], addresses: [], fault: "none" } as const;

const accepting = (
  options: Parameters<typeof listenTls>[1] = {},
): ReturnType<typeof listenTls> & { next: Promise<TlsLine> } => {
  const { promise, resolve } = Promise.withResolvers<TlsLine>();
  return Object.assign(listenTls(resolve, options), { next: promise });
};

const versions = ["TLSv1_2", "TLSv1_3"];

test.each(versions)("%s: a client is answered, and what is settled is told", async (version) => {
  using folder = certificateFolder();
  using listener = accepting({ alpn: "http/1.1" });
  const client = run(
    folder.path,
    "python3",
    "-c",
    python(`
c = context(); c.set_alpn_protocols(["h2", "http/1.1"]); s = connect(c)
print(s.version(), s.selected_alpn_protocol()); s.sendall(b"ping"); print(s.recv(99)); s.unwrap(); print("closed")`),
    String(listener.port),
    version,
  );
  const line = await listener.next;
  const facts = await line.ready;
  const heard = echo(line);
  const name = version.replace("_", ".");
  expect(facts).toMatchObject({ is: "open", version: name, alpn: "http/1.1", chain: [] });
  expect(await client).toBe(`${name} http/1.1\nb'ping'\nclosed\n`);
  await heard.closed.promise;
  expect(heard.events).toEqual(["end", "close"]);
  expect([line.isTruncated, line.failure]).toEqual([false, null]);
});

test.each(versions)("%s: a client that is asked shows its certificate, whoever signed it, or none", async (version) => {
  using folder = certificateFolder(createAuthority({ name: "Nobody", instants: [Date.now()] }).leaf(ofClient));
  for (const [own, count] of [
    ["c.load_cert_chain('leaf.pem', 'key.pem')", 1],
    ["pass", 0],
  ] as const) {
    using listener = accepting({ asksCertificate: true });
    const talk = `c = context(); ${own}; s = connect(c); s.sendall(b"ping"); print(s.recv(99)); s.unwrap()`;
    const client = run(folder.path, "python3", "-c", python(talk), String(listener.port), version);
    const line = await listener.next;
    const facts = await line.ready;
    echo(line);
    expect([facts.is === "open" ? facts.chain.length : facts, await client]).toEqual([count, "b'ping'\n"]);
  }
});

test.each(versions)("%s: a FIN without close_notify is told from an end, and passed on", async (version) => {
  using folder = certificateFolder();
  using listener = accepting();
  const client = run(
    folder.path,
    "python3",
    "-c",
    python(`
s = connect(); s.sendall(b"hi"); raw = socket.socket(fileno=s.fileno()); raw.shutdown(socket.SHUT_WR)
try: print(s.recv(99)); print(s.recv(99))
except ssl.SSLEOFError: print("cut")
raw.detach()`),
    String(listener.port),
    version,
  );
  const line = await listener.next;
  const heard = new Listening(line);
  await heard.ended.promise;
  expect([heard.text, line.isTruncated]).toEqual(["hi", true]);
  line.write(Buffer.from("bye"));
  line.truncate();
  expect(await client).toBe("b'bye'\ncut\n");
  await heard.closed.promise;
});

test.each(versions)("%s: half-close is kept both ways", async (version) => {
  using folder = certificateFolder();
  using listener = accepting();
  const half = `
const s = tls.connect({ port, host: "127.0.0.1", servername: "shop.example", ca, allowHalfOpen: true, minVersion: v, maxVersion: v }, () => s.write("hi"));
s.on("data", (d) => console.log(String(d))); s.on("end", () => { console.log("end"); if (process.argv[3] === "server") s.end("later"); });
if (process.argv[3] === "client") s.on("secureConnect", () => s.end());
s.on("close", (e) => console.log("close", e)); s.on("error", (e) => console.log(e.message));`;
  const node = `const tls = require("tls"), ca = require("fs").readFileSync("ca.pem"), port = +process.argv[1], v = process.argv[2]; ${half}`;
  const lines: TlsLine[] = [];
  using both = listenTls((line) => lines.push(line));
  for (const first of ["client", "server"]) {
    const client = run(folder.path, "node", "-e", node, String(both.port), version.replace("_", "."), first);
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const line = lines.pop();
    if (line === undefined) throw new Error("no line");
    const heard = new Listening(line);
    if (first === "client") {
      heard.onEnd = () => {
        line.write(Buffer.from("late reply"));
        line.shutdown();
      };
    } else {
      heard.onData = () => {
        if (heard.text !== "hi") return;
        line.write(Buffer.from("bye"));
        line.shutdown();
      };
    }
    expect(await client).toBe(`${first === "client" ? "late reply" : "bye"}\nend\nclose false\n`);
    await heard.closed.promise;
    expect([heard.text, heard.events]).toEqual([first === "client" ? "hi" : "hilater", ["end", "close"]]);
  }
  void listener;
});

test("a reset is a reset, and so is a stream that is not TLS any more", async () => {
  using folder = certificateFolder();
  const ways = {
    reset: `s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); socket.socket(fileno=s.detach()).close()`,
    garbage: `raw = socket.socket(fileno=s.detach()); raw.sendall(b"\\x17\\x03\\x03\\x00\\x20" + b"a" * 32); raw.recv(99)`,
  };
  for (const [way, does] of Object.entries(ways)) {
    using listener = accepting();
    const client = run(
      folder.path,
      "python3",
      "-c",
      python(`s = connect(); s.sendall(b"hi"); s.recv(2)\n${does}`),
      String(listener.port),
    );
    const line = await listener.next;
    const heard = echo(line);
    await client;
    await heard.closed.promise;
    expect([way, heard.events]).toEqual([way, ["reset"]]);
  }
});

test("why a client refuses is known: the alert, in clear or sealed, or that it left", async () => {
  using folder = certificateFolder();
  const go = `package main
import ("crypto/tls"; "fmt"; "os")
func main() { _, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[1], &tls.Config{ServerName: "shop.example"}); fmt.Println(err) }`;
  folder.write("main.go", go);
  const refusals: [string[], Partial<TlsFailure>][] = [
    [["python3", "-c", python(`connect(context(None))`), "PORT"], { kind: "alert", alert: "unknown_ca" }],
    [["python3", "-c", python(`connect(context(None))`), "PORT", "TLSv1_2"], { kind: "alert", alert: "unknown_ca" }],
    [["python3", "-c", python(`connect(name="other.example")`), "PORT"], { kind: "alert", alert: "bad_certificate" }],
    [["go", "run", "main.go", "PORT"], { kind: "alert", alert: "bad_certificate" }],
    [
      [
        "python3",
        "-c",
        `import socket,sys; s=socket.create_connection(("127.0.0.1",int(sys.argv[1]))); s.sendall(b"\\x16\\x03\\x01\\x00\\x20\\x01"); s.shutdown(1); s.recv(9)`,
        "PORT",
      ],
      { kind: "ended", alert: null },
    ],
    [
      [
        "python3",
        "-c",
        `import socket,sys; s=socket.create_connection(("127.0.0.1",int(sys.argv[1]))); s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); s.recv(9)`,
        "PORT",
      ],
      { kind: "ours" },
    ],
  ];
  for (const [command, expected] of refusals) {
    using listener = accepting();
    const client = run(folder.path, ...command.map((word) => (word === "PORT" ? String(listener.port) : word)));
    const line = await listener.next;
    const heard = new Listening(line);
    expect(await line.ready).toMatchObject({ is: "failed", ...expected });
    await heard.closed.promise;
    expect(heard.events).toEqual(["reset"]);
    await client;
  }
}, 60_000);

/** OpenSSL's connections belong to one thread; Go's may be read and written at once. */
const bothWays = `package main
import ("bytes"; "crypto/rand"; "crypto/sha256"; "crypto/tls"; "crypto/x509"; "fmt"; "io"; "os"; "time")
func main() {
	pem, _ := os.ReadFile("ca.pem"); roots := x509.NewCertPool(); roots.AppendCertsFromPEM(pem)
	c, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[1], &tls.Config{RootCAs: roots, ServerName: "shop.example"})
	if err != nil { panic(err) }
	block := make([]byte, 1<<20); rand.Read(block); sent := sha256.New(); done := make(chan []byte)
	go func() {
		for i := 0; i < 100; i++ { sent.Write(block); if _, err := c.Write(block); err != nil { fmt.Println(err); break } }
		c.CloseWrite(); done <- sent.Sum(nil)
	}()
	time.Sleep(300 * time.Millisecond) // Nobody reads, so that everything on the way fills up.
	got := sha256.New(); n, err := io.Copy(got, c)
	fmt.Println(n == 100<<20, err, bytes.Equal(got.Sum(nil), <-done))
}
`;

test("100 MB go through and back, in whole and intact, while memory stays where it was", async () => {
  using folder = certificateFolder();
  using listener = accepting();
  // What the tests before have left to the collector is not this one's.
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  folder.write("main.go", bothWays);
  const client = run(folder.path, "go", "run", "main.go", String(listener.port));
  echo(await listener.next);
  expect(await client).toBe("true <nil> true\n");
  Bun.gc(true);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(100);
}, 60_000);

test("one byte at a time, 200 handshakes, and sessions are resumed", async () => {
  using folder = certificateFolder();
  using listener = listenTls((line) => echo(line));
  const code = python(`
s = connect(); out = b""
for b in b"byte by byte": s.send(bytes([b])); out += s.recv(1)
print(out)
c = context(); s = connect(c); s.send(b"x"); s.recv(1); session = s.session; s.unwrap()
raw = socket.create_connection(("127.0.0.1", port)); s = c.wrap_socket(raw, server_hostname="shop.example", session=session); s.send(b"x"); s.recv(1); print(s.session_reused)
for i in range(200):
    s = connect(c); s.send(b"x"); assert s.recv(1) == b"x"; s.unwrap()
print("done")`);
  for (const version of versions)
    expect(await run(folder.path, "python3", "-c", code, String(listener.port), version)).toBe(
      "b'byte by byte'\nTrue\ndone\n",
    );
}, 60_000);

test("a hello that comes in pieces, or a connection that is gone, harms nobody", async () => {
  using listener = listenRaw((socket) => void socket.terminate());
  const socket = await connectRaw(listener.port);
  await new Promise<void>((resolve) => (socket.data.ear = { data() {}, drain() {}, end() {}, close: () => resolve() }));
  const line = serveTls(socket, { leaf, alpn: null, early: new Uint8Array(0), groups: "all", keyLog: null });
  expect(await line.ready).toMatchObject({ is: "failed", kind: "reset" });
  line.write(Buffer.from("x"));
  line.pause();
  line.resume();
  line.shutdown();
  line.truncate();
  line.terminate();
});

test("TLS in TLS, both ends ours, with a half-close and a megabyte", async () => {
  using listener = listenTls((outer) => {
    const inner = serveTls(outer, { leaf, alpn: "x", early: new Uint8Array(0), groups: "all", keyLog: null });
    echo(inner);
  });
  const roots = [authority.certificate];
  const options = {
    serverName: "shop.example",
    versions: { min: "TLSv1.2", max: "TLSv1.3" },
    groups: "all",
    clientCertificate: null,
    roots,
  } as const;
  const outer = connectTls(await connectRaw(listener.port), { ...options, alpn: [], keyLog: null });
  const inner = connectTls(outer, { ...options, alpn: ["x"], keyLog: null });
  expect(await inner.ready).toMatchObject({ is: "open", alpn: "x", verifyError: null });
  const heard = new Listening(inner);
  const bytes = Buffer.alloc(1 << 20, "abcdefg");
  let sent = 0;
  const send = (): void => {
    for (;;) {
      const taken = inner.write(bytes.subarray(sent, sent + 65_536));
      sent += taken;
      if (sent === bytes.length) return inner.shutdown();
      if (taken === 0) return;
    }
  };
  heard.onDrain = send;
  send();
  await heard.closed.promise;
  expect(Buffer.concat(heard.said).equals(bytes)).toBeTrue();
  expect(heard.events).toEqual(["end", "close"]);
});
