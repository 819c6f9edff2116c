/** Programs that know a server's certificate, and programs that do not. */
import { expect, test } from "bun:test";
import { createHash, X509Certificate } from "node:crypto";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { Pins } from "../../src/target/pins.ts";
import { Folder } from "../support/folder.ts";
import { selfSigned } from "../support/self-signed.ts";

const made = (() => {
  using folder = new Folder();
  return readFileSync(selfSigned(folder, "ec").certificate, "utf8");
})();
const { raw, publicKey, fingerprint256 } = new X509Certificate(made);
const der = new Uint8Array(raw);
const key = createHash("sha256")
  .update(publicKey.export({ type: "spki", format: "der" }))
  .digest("base64");
const shown = { chain: [der], isBelieved: true };

/** What is found in such a process, once it has said that it is there. */
const foundIn = async (command: readonly string[], cwd = "/", pins = new Pins([], null)): Promise<string | null> => {
  const child = Bun.spawn([...command], {
    cwd,
    stdin: "pipe",
    stdout: "pipe",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  try {
    await child.stdout.getReader().read();
    return await pins.foundIn(child.pid, shown);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
};

/** A script without anything behind its name that could be found. */
const script = (folder: Folder, name: string, text: string): string => {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
};

test("a script that holds a pin as a text is found by its source", async () => {
  using folder = new Folder();
  const node = script(
    folder,
    "app.mjs",
    `const pin = "${fingerprint256}"; console.log("there"); setInterval(() => pin, 1000);`,
  );
  expect(await foundIn(["node", node])).toBe(`SHA-256 of the server's certificate in ${node}`);
});

test("what is read later than the process begins is found in its memory, in bytes and in text", async () => {
  using folder = new Folder();
  writeFileSync(folder.at("pin"), createHash("sha256").update(der).digest());
  writeFileSync(folder.at("key"), key);
  const python = `held=open(__import__("sys").argv[1],"rb").read(); print("there",flush=True); input()`;
  const node = `globalThis.held = require("fs").readFileSync(process.argv[1], "utf8"); console.log("there"); setInterval(() => {}, 1000);`;
  expect(await foundIn(["python3", "-c", python, folder.at("pin")])).toBe(
    "SHA-256 of the server's certificate in its memory",
  );
  expect(await foundIn(["node", "-e", node, folder.at("key")])).toBe("SHA-256 of the server's key in its memory");
});

test("what is compiled into a program is found in its file, and the certificate as well", async () => {
  using folder = new Folder();
  const program = folder.at("program");
  for (const [bytes, what] of [
    [key, "SHA-256 of the server's key"],
    [der, "the server's certificate"],
    [made, "the server's certificate"],
  ] as const) {
    // prettier-ignore
    copyFileSync("/bin/cat", program);
    writeFileSync(program, bytes, { flag: "a" });
    chmodSync(program, 0o755);
    const hello = script(folder, "hello", "there");
    expect(await foundIn([program, hello, "-"])).toBe(`${what} in its file`);
  }
});

test("the words of a command are in its memory", async () => {
  expect(await foundIn(["sh", "-c", "echo there; read x; echo $0", `sha256//${key}`])).toBe(
    "SHA-256 of the server's key in its memory",
  );
});

test("a server's certificate beside the program is no pin, nor are roots that everybody trusts", async () => {
  using folder = new Folder();
  writeFileSync(folder.at("server.pem"), made);
  writeFileSync(folder.at("settings.txt"), made);
  const app = script(folder, "app.mjs", `console.log("there"); setInterval(() => {}, 1000);`);
  expect(await foundIn(["node", app], folder.path)).toBeNull();
  const all = rootCertificates.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
  const held = `globalThis.held = [...require("tls").rootCertificates]; console.log("there"); setInterval(() => {}, 1000);`;
  const child = Bun.spawn(["node", "-e", held], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const pins = new Pins([...rootCertificates], null);
  expect(await pins.foundIn(child.pid, { chain: [der, ...all.slice(0, 2)], isBelieved: false })).toBeNull();
  child.kill("SIGKILL");
  await child.exited;
});

test("who is gone has none", async () => {
  expect(await new Pins([], null).foundIn(2 ** 30, shown)).toBeNull();
});

test("an ordinary program is not kept waiting for long", async () => {
  const pins = new Pins([...rootCertificates], null);
  const child = Bun.spawn(["node", "-e", "console.log('there'); setInterval(() => {}, 1000)"], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const began = performance.now();
  expect(await pins.foundIn(child.pid, shown)).toBeNull();
  const [first, again] = [performance.now() - began, performance.now()];
  expect(await pins.foundIn(child.pid, shown)).toBeNull();
  // Twice the bound, on a machine that does other things.
  expect([first < 1000, performance.now() - again < 50]).toEqual([true, true]);
  child.kill("SIGKILL");
  await child.exited;
});
