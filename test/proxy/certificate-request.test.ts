/** What OpenSSL's client and server say to each other, watched from the client's side. */
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect as dial } from "node:net";
import { connect, createServer } from "node:tls";
import { Duplex } from "node:stream";
import { watchCertificateRequest } from "../../src/proxy/certificate-request.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());
const files = selfSigned(folder, "ec");

const line = (write: (bytes: Uint8Array) => void) => ({
  data: { ear: null },
  write: (bytes: Uint8Array) => {
    write(bytes);
    return bytes.length;
  },
  shutdown() {},
  pause() {},
  resume() {},
  terminate() {},
});

const asked = async (requestCert: boolean, version: "TLSv1.2" | "TLSv1.3", piece: number): Promise<boolean> => {
  const shown = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
  const server = createServer({ ...shown, requestCert, rejectUnauthorized: false }, (socket) =>
    socket.on("error", () => {}),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const raw = dial((server.address() as AddressInfo).port, "127.0.0.1");
  const { line: watched, isAsked } = watchCertificateRequest(line((bytes) => void raw.write(Buffer.from(bytes))));
  const seen = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      for (let at = 0; at < bytes.length; at += piece) watched.write(bytes.subarray(at, at + piece));
      done();
    },
  });
  raw.on("data", (bytes) => seen.push(bytes));
  raw.on("error", () => {});
  const client = connect({ socket: seen, rejectUnauthorized: false, minVersion: version, maxVersion: version });
  client.on("error", () => {});
  const said = await isAsked;
  client.destroy();
  raw.destroy();
  server.close();
  return said;
};

test.each([1, 7, 65_536])("a request shows in what the client sends (%i bytes at a time)", async (piece) => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    for (const isRequested of [true, false]) expect(await asked(isRequested, version, piece)).toBe(isRequested);
  }
});
