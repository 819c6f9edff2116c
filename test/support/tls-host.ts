/**
 * A host whose system's trust store holds a company's root, and where the company's HTTPS API has names: a namespace in
 * which the trust stores and /etc/hosts are covered by copies. Everything that a test starts there sees it; this
 * machine's own files stay as they are. This tree is at `tree` there, so that an unprivileged user can read it.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { goProgram } from "./apps.ts";
import { Certificates, hostNames } from "./certificates.ts";
import { Folder } from "./folder.ts";
import { Namespace } from "./namespace.ts";
import { Running } from "./reprise.ts";

const root = join(import.meta.dir, "../..");
const mountedAt = "/srv/reprise";
const stores = "/etc/ssl/certs";

/** What a machine may have set so that programs trust its company or go by its proxy: a host of ours says that itself. */
const foreign = [
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE"],
  ...["JAVA_TOOL_OPTIONS", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
  ...["NO_PROXY", "no_proxy", "NODE_OPTIONS", "DENO_CERT", "PERL_LWP_SSL_CA_FILE", "NODE_USE_ENV_PROXY"],
];

/** The address at which everything of the company answers. */
export const companyAddress = "10.77.0.1";

/** A request to an app, and how it goes on from there. */
export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an app answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Held by a namespace; `enter` stands before a command that is to run there. */
export class TlsHost implements AsyncDisposable {
  readonly certificates = new Certificates(companyAddress);
  readonly #folder = new Folder();
  readonly #namespace: Namespace;

  private constructor() {
    cpSync(stores, this.#folder.at("certs"), { recursive: true, verbatimSymlinks: true });
    const names = Object.values(hostNames).join(" ");
    this.#folder.write("hosts", `127.0.0.1 localhost\n${companyAddress} ${names} proxy.reprise.test\n`);
    this.#namespace = new Namespace({
      setUp: [
        `ip address add ${companyAddress}/32 dev lo`,
        `mount --bind ${this.#folder.at("hosts")} /etc/hosts`,
        `mount --bind ${this.#folder.at("certs")} ${stores}`,
        ...this.#trust(),
        "mount -t tmpfs -o mode=755 reprise-test /srv",
        `mkdir ${mountedAt} && mount --bind '${root}' ${mountedAt}`,
        ...[
          ["stranger.pem", "company-roots.pem"],
          ["client.pem", "client.pem"],
          ["client.key", "client.key"],
        ].map(([from, to]) => `install -m 644 ${this.certificates.folder.at(from ?? "")} /srv/${to}`),
        `touch /srv/bun && mount --bind '${process.execPath}' /srv/bun`,
      ],
    });
  }

  /** Resolves when it can be entered. */
  static async start(): Promise<TlsHost> {
    const host = new TlsHost();
    await host.#namespace.ready();
    return host;
  }

  /** Before a command; variables of `set` are its only ones that say whom to trust and by which proxy to go. */
  enterWith(set: Readonly<Record<string, string>>): readonly string[] {
    const unset = foreign.filter((name) => !(name in set)).flatMap((name) => ["-u", name]);
    return [...this.#namespace.enter, "env", ...unset];
  }

  get enter(): readonly string[] {
    return this.enterWith({});
  }

  /** The same for an ordinary user. */
  enterAsNobody(set: Readonly<Record<string, string>>): readonly string[] {
    return [...this.enterWith(set), "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  }

  /** Starts the API on 443, on all the names. */
  async startApi(): Promise<Running> {
    const words = [`${companyAddress}:443`, this.certificates.folder.path];
    const api = new Running([goProgram("https-api"), ...words], { within: this.enter });
    await api.line(/the API is up/);
    return api;
  }

  /** Asks an app on that port of 127.0.0.1 one thing after the other, or the first and then all others. */
  async ask(port: number, asked: readonly Asked[], how: "in-turn" | "at-once" = "in-turn"): Promise<Answered[]> {
    const file = this.#folder.write("asked.json", JSON.stringify(asked));
    await using asking = new Running([process.execPath, join(import.meta.dir, "ask.ts"), String(port), file, how], {
      within: this.enter,
    });
    const { code, stdout, stderr } = await asking.ended;
    if (code !== 0) throw new Error(`asking ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Answered[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#namespace[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
    this.certificates[Symbol.dispose]();
  }

  /** The root goes into the bundle, into the hashed directory and into Java's store, as update-ca-certificates puts it. */
  #trust(): string[] {
    const pem = readFileSync(this.certificates.root, "utf8");
    const certs = this.#folder.at("certs");
    const bundle = join(certs, "ca-certificates.crt");
    writeFileSync(bundle, readFileSync(bundle, "utf8") + pem);
    copyFileSync(this.certificates.root, join(certs, "reprise-test.pem"));
    copyFileSync(this.certificates.root, join(certs, `${this.certificates.says("root.pem", "-subject_hash")}.0`));
    const java = javaStore();
    if (java === null) return [];
    const copy = java.startsWith(`${stores}/`)
      ? join(certs, java.slice(stores.length + 1))
      : this.#folder.at("cacerts");
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(java, copy);
    const words = ["-importcert", "-noprompt", "-alias", "reprise-test", "-storepass", "changeit"];
    const done = Bun.spawnSync(["keytool", ...words, "-keystore", copy, "-file", this.certificates.root], {
      stderr: "pipe",
    });
    if (!done.success) throw new Error(`keytool: ${done.stdout.toString()}${done.stderr.toString()}`);
    return java.startsWith(`${stores}/`) ? [] : [`mount --bind ${copy} ${java}`];
  }
}

/** A path of this tree as it is seen there. */
export const there = (path: string): string => path.replace(root, mountedAt);

/** Bun as it is seen there. */
export const bunThere = "/srv/bun";

/** The file of roots that `java` reads; null where Java is not installed. */
function javaStore(): string | null {
  const java = Bun.which("java");
  if (java === null) return null;
  const store = join(realpathSync(java), "../../lib/security/cacerts");
  return existsSync(store) ? realpathSync(store) : null;
}
