/** The way in, around a real app that speaks clear text; TLS through it is test/e2e/incoming-tls.test.ts's. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { readServiceCertificate } from "../../src/proxy/service-certificate.ts";
import { ServiceEntrance } from "../../src/record/service-entrance.ts";
import { Tapped } from "../support/captured.ts";
import { Folder } from "../support/folder.ts";
import { rootTest } from "../support/root-test.ts";
import { selfSigned } from "../support/self-signed.ts";

const greeter = join(import.meta.dir, "../apps/greeter/greeter.py");

const service = (folder: Folder) => {
  const files = selfSigned(folder, "ec");
  const file = (path: string) => ({ path, text: readFileSync(path, "utf8") });
  const certificate = readServiceCertificate(file(files.certificate), file(files.key));
  return { certificate, protocols, fallback, keyLog: null };
};

const greeted = async (port: number): Promise<string> => {
  const socket = connect({ host: "127.0.0.1", port });
  const said = await Promise.race([
    new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(bytes.toString()))),
    new Promise<never>((_, reject) => socket.once("error", reject)),
  ]);
  const own = socket.localPort;
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.end();
  await closed;
  return said.trim().replace(String(own), "OWN");
};

rootTest("clients come through it, then reach the app, and see no difference", async () => {
  using folder = new Folder();
  await using app = new Tapped({ isSteering: true });
  const entrance = new ServiceEntrance(service(folder), {
    kernel: app.kernel,
    appCgroupFd: app.cgroup.fd,
    tap: app.tap,
  });
  const port = Number(await app.start("python3", greeter, "127.0.0.1").line());
  expect(await greeted(port)).toBe("127.0.0.1 OWN 127.0.0.1");
  await entrance.drained(10_000);
  entrance.close();
  expect(await greeted(port)).toBe("127.0.0.1 OWN 127.0.0.1");
  const chunks = (await app.events()).filter(({ type }) => type === "chunk");
  expect(chunks.map(({ flow }) => [flow.direction, flow.server.port])).toEqual([
    ["incoming", port],
    ["incoming", port],
  ]);
});

rootTest("a kernel that does not steer is a mistake of ours", async () => {
  using folder = new Folder();
  await using app = new Tapped();
  const place = { kernel: app.kernel, appCgroupFd: app.cgroup.fd, tap: app.tap };
  expect(() => new ServiceEntrance(service(folder), place)).toThrow("was not opened to steer");
});
