/** Real TLS servers in the place of the app. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer as createPlain, type AddressInfo } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { http1, http1Driver } from "../../../src/protocols/http1/index.ts";
import { tlsFor } from "../../../src/protocols/http1/app-tls.ts";
import { Folder } from "../../support/folder.ts";
import { selfSigned } from "../../support/self-signed.ts";

const folder = new Folder();
let server: Server;
let port = 0;
const asked: string[] = [];

beforeAll(async () => {
  const { certificate, key } = selfSigned(folder, "ec");
  const files = { cert: readFileSync(certificate), key: readFileSync(key) };
  server = createServer(
    { ...files, ALPNProtocols: ["h2", "http/1.1"] },
    (socket: TLSSocket & { servername?: unknown }) => {
      let read = Buffer.alloc(0);
      socket.on("data", (bytes: Buffer) => {
        read = Buffer.concat([read, bytes]);
        const head = read.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (read.length < head.length + 4 + length) return;
        asked.push(`${socket.servername || "nobody"} ${socket.alpnProtocol}`);
        const told = `${head.split(" ")[1]} ${length}`;
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${told.length}\r\n\r\n${told}`);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  folder[Symbol.dispose]();
});

const written = (request: object, response: object) =>
  http1.fromYaml("Http", {
    req: { url: "https://shop.test:8443/", ...request },
    resp: { status_code: 200, ...response },
  });

const answer = async (request: object) => {
  const want = written(request, {});
  const got = await http1Driver.send(want, { host: "127.0.0.1", port, isTls: true }, 5000);
  return new TextDecoder().decode(got.response.body);
};

test("the app is asked over TLS by the recorded name", async () => {
  expect(await answer({ method: "GET", url: "https://shop.test:8443/a", header: { Host: "shop.test:8443" } })).toBe(
    "/a 0",
  );
  expect(asked.at(-1)).toBe("shop.test http/1.1");
});

test("a certificate for another name is as good", async () => {
  expect(await answer({ method: "GET", header: { Host: "stranger.test" } })).toBe("/ 0");
  expect(asked.at(-1)).toBe("stranger.test http/1.1");
});

test("by an address nobody is named, and a long body arrives whole", async () => {
  const body = "x".repeat(3_000_000);
  const request = { method: "POST", header: { Host: "127.0.0.1:8443", "Content-Length": `${body.length}` }, body };
  expect(await answer(request)).toBe(`/ ${body.length}`);
  expect(asked.at(-1)).toBe("nobody http/1.1");
});

test.each(["[::1]:8443", "10.0.0.1", ""])("%p is no name", (host) => {
  const { request } = written({ method: "GET", header: { Host: host } }, {});
  expect(tlsFor(request).serverName).toBe("");
});

test("an app that speaks clear text fails the test with a sentence", async () => {
  const plain = createPlain((socket) => socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const to = { host: "127.0.0.1", port: (plain.address() as AddressInfo).port, isTls: true };
  expect(http1Driver.send(written({ method: "GET" }, {}), to, 5000)).rejects.toThrow("does not take TLS as recorded");
  plain.close();
});
