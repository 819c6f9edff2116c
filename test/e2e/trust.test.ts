/**
 * Real programs of an unprivileged user, started as the product starts an app, before a server whose certificate is signed
 * by an authority that only the app is shown; and the host, whose stores of trust nobody has touched.
 */
import { describe, expect } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { prepareTrust } from "../../src/target/trust/prepare.ts";
import { findUser } from "../../src/target/user.ts";
import { Folder } from "../support/folder.ts";
import { launched } from "../support/launched.ts";
import { leafCertificate, rootCertificate } from "../support/root-certificate.ts";
import { rootTest } from "../support/root-test.ts";

const user = () => {
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return findUser({ uid: id("-u"), gid: id("-g"), name: "nobody" });
};

/** Fetches $PLACE and prints what it got; by the program that must be on this machine. */
const clients: Readonly<Record<string, string>> = {
  curl: `curl -sS "$PLACE"`,
  wget: `wget -qO- "$PLACE"`,
  openssl: `openssl s_client -verify_return_error -brief -connect "$HOST" < /dev/null > /dev/null 2>&1 && echo hello`,
  // The directory alone: what is looked up by its hash.
  c_rehash: `SSL_CERT_FILE=/dev/null openssl s_client -verify_return_error -CApath /etc/ssl/certs -no-CAfile -brief -connect "$HOST" < /dev/null > /dev/null 2>&1 && echo hello`,
  "/usr/bin/python3": `/usr/bin/python3 -c 'import os, urllib.request as u; print(u.urlopen(os.environ["PLACE"]).read().decode())'`,
  node: `node -e 'require("https").get(process.env.PLACE, (r) => r.on("data", (d) => console.log(d.toString())))'`,
  bun: `bun -e 'console.log(await (await fetch(process.env.PLACE)).text())'`,
  ruby: `ruby -ropen-uri -e 'puts URI.open(ENV["PLACE"]).read'`,
  php: `php -r 'echo file_get_contents(getenv("PLACE"));'`,
  git: `git ls-remote "$PLACE" && echo hello`,
  java: `java Ask.java`,
};

const ask = `import java.io.*; import java.net.*;
public class Ask { public static void main(String[] a) throws Exception {
  System.out.println(new String(new URL(System.getenv("PLACE")).openStream().readAllBytes())); } }`;

/** A server that the programs can reach by a name that its certificate has. */
const serverOf = (folder: Folder, leaf: string) => {
  const file = (end: string) => readFileSync(folder.at(`${leaf}.${end}`), "utf8");
  return Bun.serve({ port: 0, tls: { cert: file("pem"), key: file("key") }, fetch: () => new Response("hello") });
};

const stores = [
  "/etc/ssl",
  "/etc/pki",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
];

/** Names, kinds, rights and contents of the host's stores, and what `trust` lists where it is. */
const host = (): string =>
  execFileSync(
    "sh",
    [
      "-c",
      `find ${stores.join(" ")} -printf '%p %y %m %U %G %s %l %T@\\n' 2>/dev/null | sort
       find ${stores.join(" ")} -type f -exec sha256sum {} + 2>/dev/null | sort
       trust list 2>/dev/null; true`,
    ],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );

describe("an unprivileged user's programs trust the run's authority", () => {
  rootTest(
    "each by its own store, and nothing on the host is another for it",
    async () => {
      using folder = new Folder();
      chmodSync(folder.path, 0o777);
      rootCertificate(folder, "authority");
      leafCertificate(folder, "localhost", "authority");
      writeFileSync(folder.at("Ask.java"), ask);
      const before = host();
      await using server = serverOf(folder, "localhost");
      const there = Object.entries(clients).filter(([name]) => Bun.which(name) !== null || name === "c_rehash");
      const lines = there.map(([name, line]) => `echo "${name} $(${line} 2>&1 | tail -1)" >> said.part`);
      const env = {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/bin:/bin",
        HOME: folder.path,
        PLACE: `https://localhost:${server.port}/`,
        HOST: `localhost:${server.port}`,
      };
      const command = [...lines, "mv said.part said", "exec sleep 1000"].join("\n");
      const authorityFor = () => readFileSync(folder.at("authority.pem"), "utf8");
      const found = { command, cwd: folder.path, env, home: null, extraFiles: [], authorityFor };
      // The test's own authority lies in the directory; it must not be trusted for that.
      const trust = await prepareTrust({ ...found, cwd: "/var/empty" });
      await using app = await launched(command, {
        ...trust,
        user: user(),
        cwd: folder.path,
        env: { ...env, ...trust.env },
      });
      const mounts = readFileSync("/proc/self/mountinfo", "utf8");
      const during = host();
      const said = await folder.appears("said", 90_000);
      expect(said.trim().split("\n")).toEqual(there.map(([name]) => `${name} hello`));
      expect(mounts).not.toMatch(/ \/etc\/(?:ssl|pki)|ca-certificates|cacert/);
      expect(readFileSync(`/proc/${app.target.pid}/mountinfo`, "utf8")).toContain("/etc/ssl/certs");
      expect([during === before, host() === before]).toEqual([true, true]);
    },
    120_000,
  );

  rootTest("a private root is trusted through its own file alone, and the app cannot change what it sees", async () => {
    using folder = new Folder();
    using authorities = new Folder();
    chmodSync(folder.path, 0o777);
    rootCertificate(folder, "company");
    rootCertificate(authorities, "system");
    rootCertificate(authorities, "private");
    leafCertificate(authorities, "localhost", "private");
    await using server = serverOf(authorities, "localhost");
    const place = `https://localhost:${server.port}/`;
    const command = [
      `curl -sS ${place} > /dev/null 2>&1; echo $? >> said.part`,
      `curl -sS --cacert company.pem ${place} >> said.part; echo >> said.part`,
      `grep -c BEGIN company.pem >> said.part; touch company.pem /etc/ssl/certs/more 2> /dev/null; echo $? >> said.part`,
      "mv said.part said; exec sleep 1000",
    ].join("\n");
    const authorityFor = (store: string) =>
      readFileSync(authorities.at(store === "company.pem" ? "private.pem" : "system.pem"), "utf8");
    const env = { PATH: "/usr/bin:/bin" };
    const trust = await prepareTrust({ command, cwd: folder.path, env, home: null, extraFiles: [], authorityFor });
    await using _ = await launched(command, {
      ...trust,
      user: user(),
      cwd: folder.path,
      env: { ...env, ...trust.env },
    });
    // curl's 60: the peer's certificate is not known to be good.
    expect((await folder.appears("said", 20_000)).trim().split("\n")).toEqual(["60", "hello", "2", "1"]);
    expect(readFileSync(folder.at("company.pem"), "utf8").match(/BEGIN/g)?.length).toBe(1);
  });
});
