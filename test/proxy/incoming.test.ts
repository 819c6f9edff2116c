/** Real TLS services (node's) behind the relay, real clients (curl, openssl) before it; what is journaled is compared. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Side } from "../../src/core/protocol.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { type Incoming, startIncoming } from "../../src/proxy/incoming.ts";
import type { JournalNote, JournaledOpening, ProxyJournal } from "../../src/proxy/journal.ts";
import { readServiceCertificate } from "../../src/proxy/service-certificate.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const folder = new Folder();
const own = selfSigned(folder, "ec");
const other = selfSigned(folder, "rsa");
const file = (path: string) => ({ path, text: readFileSync(path, "utf8") });
const certificate = readServiceCertificate(file(own.certificate), file(own.key));
const http = protocols.filter(({ name }) => name === "http1");

afterAll(() => folder[Symbol.dispose]());

const service = (options: string, files = own) => `
  const { readFileSync } = require("fs");
  const files = { cert: readFileSync("${files.certificate}"), key: readFileSync("${files.key}") };
  const server = require("http2").createSecureServer({ ...files, allowHTTP1: true, ${options} }, (request, response) => {
    let length = 0;
    request.on("data", (bytes) => (length += bytes.length));
    request.on("end", () => response.end([request.url, request.socket.servername, request.socket.alpnProtocol, length].join(" ") + "x".repeat(Number(request.headers["x-more"] ?? 0))));
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

class Relayed implements AsyncDisposable {
  readonly notes: JournalNote[] = [];
  readonly said: Record<Side, Buffer[]> = { client: [], server: [] };
  readonly openings: JournaledOpening[] = [];
  readonly leftAlone: number[] = [];
  readonly #app: Bun.Subprocess<"ignore", "pipe", "inherit">;
  #incoming: Incoming | null = null;
  port = 0;

  constructor(script: string) {
    this.#app = Bun.spawn(["node", "-e", script], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  }

  static async start(script: string): Promise<Relayed> {
    const relayed = new Relayed(script);
    const { value } = await relayed.#app.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value));
    const incoming = startIncoming({
      certificate,
      protocols: http,
      fallback,
      journal: relayed.#journal(),
      keyLog: null,
      budgetBytes: 1 << 20,
      detour: () => ({ address: "127.0.0.1", port, [Symbol.dispose]() {} }),
      leaveAlone: (alone) => relayed.leftAlone.push(alone),
    });
    relayed.#incoming = incoming;
    relayed.port = incoming.port4;
    return relayed;
  }

  #journal(): ProxyJournal {
    return {
      open: (opening) => {
        this.openings.push(opening);
        return {
          note: (note) => void this.notes.push(note),
          data: (from, bytes) => void this.said[from].push(Buffer.from(bytes)),
          end() {},
          goesOn() {},
          left() {},
          close() {},
        };
      },
    };
  }

  text(from: Side): string {
    return Buffer.concat(this.said[from]).toString("latin1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#incoming?.close();
    this.#app.kill("SIGKILL");
    await this.#app.exited;
  }
}

const curl = async (port: number, ...words: readonly string[]) => {
  const command = ["curl", "-sS", "--max-time", "10", "--cacert", own.certificate, `https://localhost:${port}/a`];
  const started = Bun.spawn([...command, ...words], { stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([started.stdout.text(), started.stderr.text(), started.exited]);
  return { stdout, stderr, code };
};

describe("a service with its own certificate", () => {
  let relayed: Relayed;
  beforeAll(async () => {
    relayed = await Relayed.start(service(""));
  });
  afterAll(() => relayed[Symbol.asyncDispose]());

  test.each(["--tlsv1.3", "--tls-max=1.2"])("is read; its client verifies it as ever (%s)", async (version) => {
    const words = version.split("=");
    expect(await curl(relayed.port, ...words)).toEqual({ stdout: "/a localhost http/1.1 0", stderr: "", code: 0 });
    expect(relayed.notes.at(-1)).toEqual({ host: "localhost", isTls: true });
    expect(relayed.text("client")).toContain("GET /a HTTP/1.1\r\n");
    expect(relayed.text("server")).toEndWith("/a localhost http/1.1 0");
    expect(relayed.openings.at(-1)).toMatchObject({ direction: "incoming", server: { port: relayed.port } });
  });

  test("a name that is not the certificate's is the client's business", async () => {
    const elsewhere = ["--resolve", `other.test:${relayed.port}:127.0.0.1`, `https://other.test:${relayed.port}/b`];
    const { stdout } = await curl(relayed.port, "--insecure", ...elsewhere);
    expect(stdout).toBe("/a localhost http/1.1 0/b other.test http/1.1 0");
  });

  test("long bodies pass both ways", async () => {
    const body = folder.at("body");
    await Bun.write(body, new Uint8Array(5_000_000));
    const { stdout } = await curl(relayed.port, "--data-binary", `@${body}`, "-H", "X-More: 7000000");
    expect(stdout).toStartWith("/a localhost http/1.1 5000000x");
    expect(stdout.length).toBe("/a localhost http/1.1 5000000".length + 7_000_000);
  });

  test("a client that knows another certificate turns away as it does alone", async () => {
    const { code, stderr } = await curl(relayed.port, "--cacert", other.certificate);
    expect([code, stderr]).toEqual([60, expect.stringContaining("self-signed certificate")]);
    // And nothing is learned from it.
    expect((await curl(relayed.port)).code).toBe(0);
  });

  test("a mistaken clear request gets what the service says", async () => {
    const { code } = await curl(relayed.port, `http://localhost:${relayed.port}/`);
    expect(code).not.toBe(0);
    expect(relayed.leftAlone).toEqual([]);
  });
});

describe("left to the app, with the reason", () => {
  test("a service that shows another certificate", async () => {
    await using relayed = await Relayed.start(service("", other));
    for (let i = 0; i < 2; i++) {
      expect((await curl(relayed.port, "--cacert", other.certificate)).stdout).toBe("/a localhost h2 0");
      expect(relayed.notes.at(-1)).toEqual({
        unread: "TLS: the app shows another certificate than the one of --tls-cert",
      });
    }
    expect(relayed.text("client")).toBe("");
  });

  test.each(["--tlsv1.3", "--tls-max=1.2"])("one that asks for client certificates (%s)", async (version) => {
    for (const isDemanded of [true, false]) {
      const ask = `requestCert: true, rejectUnauthorized: ${isDemanded}, ca: readFileSync("${other.certificate}")`;
      await using relayed = await Relayed.start(service(ask));
      for (let i = 0; i < 2; i++) {
        const shown = ["--cert", other.certificate, "--key", other.key, ...version.split("=")];
        expect(await curl(relayed.port, ...shown)).toEqual({ stdout: "/a localhost h2 0", stderr: "", code: 0 });
        expect(relayed.notes.at(-1)).toEqual({
          unread: "TLS: the app asks its clients for their certificates, which only they can show",
        });
      }
    }
  });

  test("one that does not take these terms", async () => {
    await using relayed = await Relayed.start(service(`minVersion: "TLSv1.3"`));
    const { code, stderr } = await curl(relayed.port, "--tls-max", "1.2");
    expect([code, stderr]).toEqual([35, expect.stringMatching(/protocol version/i)]);
    expect(relayed.notes.at(-1)).toMatchObject({ unread: expect.stringMatching(/^TLS: the app ended the handshake/) });
    expect((await curl(relayed.port)).code).toBe(0);
  });
});

test("a port of clear text is handed on, and soon left alone", async () => {
  const script = `const server = require("http").createServer((request, response) => response.end("clear"));
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
  await using relayed = await Relayed.start(script);
  for (let i = 0; i < 4; i++)
    expect(await (await fetch(`http://127.0.0.1:${relayed.port}/`, { keepalive: false })).text()).toBe("clear");
  expect(relayed.leftAlone).toEqual([relayed.port]);
  expect(relayed.notes).toEqual([]);
  expect(relayed.text("server")).toContain("clear");
});

test("a port that nobody listens on any more resets", async () => {
  await using relayed = await Relayed.start("console.log(1)");
  // While it connects, or right after.
  expect([7, 35]).toContain((await curl(relayed.port, "--ipv4")).code);
});
