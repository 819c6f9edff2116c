import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { hasCompiledRoots } from "../../src/target/compiled-roots.ts";
import { Folder } from "../support/folder.ts";

/** The public keys of Mozilla's roots, as webpki-roots has them in a program. */
const anchors = Buffer.concat(
  rootCertificates.map((pem) => new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" }).subarray(4)),
);

/** A program that sleeps, with those bytes behind it. */
async function ofProgramWith(bytes: Uint8Array): Promise<boolean> {
  using folder = new Folder();
  const path = folder.at("program");
  copyFileSync("/bin/sleep", path);
  writeFileSync(path, bytes, { flag: "a" });
  chmodSync(path, 0o755);
  const program = Bun.spawn([path, "60"]);
  try {
    return await hasCompiledRoots(program.pid);
  } finally {
    program.kill("SIGKILL");
    await program.exited;
  }
}

test("a program with Mozilla's roots in it has them compiled in, wherever they lie", async () => {
  expect(await ofProgramWith(anchors)).toBeTrue();
  expect(await ofProgramWith(Buffer.concat([new Uint8Array(3_000_001), anchors]))).toBeTrue();
});

test("a key may lie across two reads", async () => {
  const sleepBytes = Bun.file("/bin/sleep").size;
  const at = anchors.indexOf(Buffer.from("ade82473f41437f39b9e2b57281c87be", "hex"));
  expect(await ofProgramWith(Buffer.concat([new Uint8Array((1 << 20) - sleepBytes - at - 8), anchors]))).toBeTrue();
});

test.each(["SSL_CERT_FILE", "\xff Go buildinf:", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS"])(
  "a program that says %j as well takes roots from elsewhere",
  async (word) => {
    expect(await ofProgramWith(Buffer.concat([anchors, Buffer.from(word, "latin1")]))).toBeFalse();
  },
);

test("one key alone is a pin", async () => {
  const [isrg] = rootCertificates.filter((pem) => new X509Certificate(pem).subject.includes("ISRG Root X1"));
  expect(
    await ofProgramWith(new X509Certificate(isrg ?? "").publicKey.export({ type: "spki", format: "der" })),
  ).toBeFalse();
});

test("other programs, our own runtime and what is gone have none", async () => {
  expect(await ofProgramWith(new Uint8Array(0))).toBeFalse();
  expect(await hasCompiledRoots(process.pid)).toBeFalse();
  expect(await hasCompiledRoots(2 ** 30)).toBeFalse();
});
