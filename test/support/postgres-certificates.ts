/**
 * What a company's PostgreSQL shows to its clients: a certificate for `localhost` and 127.0.0.1, signed by a root of its
 * own that no system knows. Made by openssl at test time; the keys end with the test's folder.
 */
import { Folder } from "./folder.ts";

/** A folder with `root.crt`, which clients name as `sslrootcert`, and the server's own two files. */
export class PostgresCertificates implements Disposable {
  readonly #folder = new Folder();
  readonly root = this.#folder.at("root.crt");
  readonly certificate = this.#folder.at("server.crt");
  readonly key = this.#folder.at("server.key");

  constructor() {
    const days = ["-days", "3650"];
    const rootKey = this.#folder.at("root.key");
    this.#openssl("req", "-x509", ...days, "-newkey", "rsa:2048", "-nodes", "-keyout", rootKey, "-out", this.root,
      "-subj", "/CN=Reprise test database root", "-addext", "keyUsage=critical,keyCertSign,cRLSign"); // prettier-ignore
    this.#openssl("req", "-x509", ...days, "-newkey", "rsa:2048", "-nodes", "-keyout", this.key, "-out",
      this.certificate, "-CA", this.root, "-CAkey", rootKey, "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"); // prettier-ignore
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }

  #openssl(...words: readonly string[]): void {
    const done = Bun.spawnSync(["openssl", ...words], { stderr: "pipe" });
    if (!done.success) throw new Error(`openssl ${words.join(" ")}: ${done.stderr.toString()}`);
  }
}
