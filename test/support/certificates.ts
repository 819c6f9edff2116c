/**
 * Certificates as the servers of a company have them, made by openssl at test time: a root and an intermediate authority,
 * good leaves (by name, by wildcard, by address), and each kind of bad one. Their keys end with the test's folder.
 */
import { writeFileSync } from "node:fs";
import { Folder } from "./folder.ts";

/** How a leaf is made; what is not said is good. */
interface LeafOrder {
  readonly file: string;
  readonly alternativeNames: string | null;
  readonly issuer?: "root" | "intermediate" | "stranger";
  readonly key?: readonly string[];
  readonly ends?: string;
}

const elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

/** The names that the API answers by, and the one address; each but one has a file `NAME.pem` and `NAME.key`. */
export const hostNames = {
  api: "api.reprise.test",
  /** Below `*.shop.reprise.test`. */
  wildcard: "tea.shop.reprise.test",
  pinned: "pinned.reprise.test",
  expired: "expired.reprise.test",
  selfSigned: "self-signed.reprise.test",
  /** Shows the certificate of another name. */
  wrongName: "wrong-name.reprise.test",
  /** Signed by an authority that nobody trusts. */
  stranger: "stranger.reprise.test",
  /** Asks its clients for a certificate of the root's. */
  mutual: "mutual.reprise.test",
  /** Has no certificate: whoever asks for it is turned down. */
  nobody: "nobody.reprise.test",
  /** Has no alternative names. */
  commonName: "common-name.reprise.test",
} as const;

const leaves = (address: string): readonly LeafOrder[] => [
  { file: hostNames.api, alternativeNames: `DNS:${hostNames.api}`, issuer: "intermediate" },
  { file: hostNames.wildcard, alternativeNames: "DNS:*.shop.reprise.test" },
  { file: hostNames.pinned, alternativeNames: `DNS:${hostNames.pinned}` },
  { file: hostNames.expired, alternativeNames: `DNS:${hostNames.expired}`, ends: "20240601000000Z" },
  { file: hostNames.wrongName, alternativeNames: "DNS:other.reprise.test" },
  { file: hostNames.stranger, alternativeNames: `DNS:${hostNames.stranger}`, issuer: "stranger" },
  { file: hostNames.mutual, alternativeNames: `DNS:${hostNames.mutual}` },
  { file: hostNames.commonName, alternativeNames: null },
  { file: "client", alternativeNames: "DNS:client.reprise.test" },
  { file: "address", alternativeNames: `IP:${address}`, key: ["-newkey", "rsa:2048"] },
];

const settings = (folder: string) => `
[req]
distinguished_name = subject
prompt = no
[subject]
commonName = unnamed
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ca]
default_ca = issuing
[issuing]
database = ${folder}/index
serial = ${folder}/serial
new_certs_dir = ${folder}
default_md = sha256
policy = policy
unique_subject = no
copy_extensions = copy
[policy]
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
extendedKeyUsage = serverAuth, clientAuth
`;

/** A folder of certificates for one address and the names of `hostNames`. */
export class Certificates implements Disposable {
  readonly folder = new Folder();
  /** The root that is to be trusted, PEM. */
  readonly root: string;

  constructor(address: string) {
    writeFileSync(this.folder.at("settings"), settings(this.folder.path));
    writeFileSync(this.folder.at("index"), "");
    writeFileSync(this.folder.at("serial"), "1000\n");
    this.root = this.folder.at("root.pem");
    this.#authority("root");
    this.#authority("stranger");
    this.#sign("intermediate", "root", "authority", ["-subj", "/CN=Reprise test intermediate"]);
    for (const leaf of leaves(address)) this.#leaf(leaf);
    const alternative = ["-addext", `subjectAltName=DNS:${hostNames.selfSigned}`];
    this.#openssl("req", "-x509", "-days", "3650", ...elliptic, ...this.#key(hostNames.selfSigned), "-out",
      this.folder.at(`${hostNames.selfSigned}.pem`), "-subj", `/CN=${hostNames.selfSigned}`, "-extensions", "leaf", ...alternative); // prettier-ignore
  }

  /** What `openssl x509` says of a certificate of this folder. */
  says(file: string, ...words: readonly string[]): string {
    const asked = Bun.spawnSync(["openssl", "x509", "-noout", "-in", this.folder.at(file), ...words]);
    return asked.stdout.toString().trim();
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }

  #key(name: string): string[] {
    return ["-nodes", "-keyout", this.folder.at(`${name}.key`), "-config", this.folder.at("settings")];
  }

  #authority(name: string): void {
    this.#openssl("req", "-x509", "-days", "3650", ...elliptic, ...this.#key(name), "-out",
      this.folder.at(`${name}.pem`), "-subj", `/CN=Reprise test ${name}`, "-extensions", "authority"); // prettier-ignore
  }

  #leaf({ file, alternativeNames, issuer = "root", key = elliptic, ends = "20360101000000Z" }: LeafOrder): void {
    const alternatives = alternativeNames === null ? [] : ["-addext", `subjectAltName=${alternativeNames}`];
    const subject = ["-subj", `/CN=${file}`, ...alternatives];
    this.#sign(file, issuer, "leaf", subject, key, ends);
    if (issuer !== "intermediate") return;
    const chain = `cat '${this.folder.at("intermediate.pem")}' >> '${this.folder.at(`${file}.pem`)}'`;
    Bun.spawnSync(["sh", "-c", chain]);
  }

  #sign(
    file: string,
    issuer: string,
    extensions: string,
    subject: readonly string[],
    key: readonly string[] = elliptic,
    ends = "20360101000000Z",
  ): void {
    // prettier-ignore
    const at = (name: string) => this.folder.at(name);
    this.#openssl("req", "-new", ...key, ...this.#key(file), "-out", at(`${file}.csr`), ...subject);
    this.#openssl("ca", "-batch", "-notext", "-config", at("settings"), "-cert", at(`${issuer}.pem`), "-keyfile",
      at(`${issuer}.key`), "-in", at(`${file}.csr`), "-out", at(`${file}.pem`), "-extensions", extensions,
      "-startdate", "20240101000000Z", "-enddate", ends); // prettier-ignore
  }

  #openssl(...words: readonly string[]): void {
    const done = Bun.spawnSync(["openssl", ...words], { stderr: "pipe" });
    if (!done.success) throw new Error(`openssl ${words.join(" ")}: ${done.stderr.toString()}`);
  }
}
