/** A real TLS service as upstream; the relay around it is incoming.test.ts's. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { AppUpstreams } from "../../src/proxy/app-upstream.ts";
import { relayHandlers, type RelaySocket } from "../../src/proxy/relay.ts";
import { readServiceCertificate } from "../../src/proxy/service-certificate.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());
const own = selfSigned(folder, "ec");
const other = selfSigned(folder, "rsa");
const file = (path: string) => ({ path, text: readFileSync(path, "utf8") });

const line = async (port: number) => {
  const opened = Promise.withResolvers<RelaySocket>();
  const socket = relayHandlers((each) => opened.resolve(each));
  await Bun.connect({ hostname: "127.0.0.1", port, allowHalfOpen: true, data: { ear: null }, socket });
  return opened.promise;
};

test("what is learned holds for a port and a name", async () => {
  const server = createServer(
    {
      cert: readFileSync(own.certificate),
      key: readFileSync(own.key),
    },
    (socket) => socket.on("error", () => {}),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const upstreams = (files: typeof own) =>
    new AppUpstreams({ certificate: readServiceCertificate(file(files.certificate), file(files.key)), keyLog: null });
  const hello = {
    serverName: "shop.test",
    alpn: [],
    versions: { min: "TLSv1.2", max: "TLSv1.3" },
    groups: [0x1d],
  } as const;
  const request = { hello, address: "127.0.0.1", port, alpn: ["http/1.1"], isFresh: true };

  const right = upstreams(own);
  for (let i = 0; i < 2; i++) {
    const open = await right.open({ ...request, line: await line(port) });
    expect(open).toMatchObject({ is: "open", refusal: null });
    if (open.is === "open") open.line.terminate();
  }
  expect(right.reasonFor(port, "shop.test")).toBeNull();

  const wrong = upstreams(other);
  const reason = "TLS: the app shows another certificate than the one of --tls-cert";
  expect(await wrong.open({ ...request, line: await line(port) })).toEqual({ is: "blind", reason });
  expect([wrong.reasonFor(port, "SHOP.test"), wrong.reasonFor(port, "other.test")]).toEqual([reason, null]);
  server.close();
});
