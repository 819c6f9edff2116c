/**
 * The services of `test/apps/https-*`: each asks an HTTPS API what it is asked, by the client that the first part of the
 * path names. A service is made ready when its tests begin; its command is for inside of a `TlsHost`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { apps, goProgram } from "./apps.ts";
import { cargoProgram } from "./cargo-program.ts";
import { dotnetProgram } from "./dotnet-program.ts";
import { classPath } from "./maven-jars.ts";
import { pythonWith } from "./python-venv.ts";
import type { AppUnderTest } from "./reprise.ts";
import { bunThere, there } from "./tls-host.ts";

/** A language with its clients, all of which trust what the system trusts, by the means that its users have. */
export interface HttpsService {
  readonly language: string;
  readonly clients: readonly string[];
  /** Those of `clients` that can be told not to verify: by the header `x-insecure`. */
  readonly insecure: readonly string[];
  make(): Promise<AppUnderTest>;
}

const service = (
  language: string,
  clients: readonly string[],
  make: () => Promise<string> | string,
  { env = {}, insecure = clients }: { env?: Readonly<Record<string, string>>; insecure?: readonly string[] } = {},
): HttpsService => ({ language, clients, insecure, make: async () => ({ command: `exec ${await make()}`, env }) });

const source = (path: string) => there(join(apps, path));

/** Debian's own where there is one: an ordinary user may not be able to reach any other. */
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const pythonClients = ["requests", "httpx", "urllib", "aiohttp"];
const withPackages = async () => there(await pythonWith(join(apps, "https-python/requirements.txt"), python));
const bundle = "/etc/ssl/certs/ca-certificates.crt";

const java = async () => {
  const path = (await classPath(join(apps, "https-java"))).split(":").map(there).join(":");
  return `java -XX:TieredStopAtLevel=1 -cp '${path}' Service`;
};

export const services: readonly HttpsService[] = [
  service("Go", ["net-http"], () => there(goProgram("https-go"))),
  service("Node", ["https", "undici", "fetch"], () => `node ${source("https-node/service.mjs")}`, {
    env: { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/reprise-test.pem" },
    insecure: ["https", "undici"],
  }),
  service("Bun", ["bun-fetch"], () => `${bunThere} ${source("https-node/service.mjs")}`, {
    env: { NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/reprise-test.pem" },
  }),
  service("Python", pythonClients, async () => `${await withPackages()} ${source("https-python/service.py")}`, {
    env: { CLIENTS: pythonClients.join(" "), REQUESTS_CA_BUNDLE: bundle, HTTPX_ROOTS: "system" },
  }),
  service("curl", ["curl"], () => `${python} ${source("https-python/service.py")}`, { env: { CLIENTS: "curl" } }),
  service("Java", ["java-http", "apache", "okhttp"], java),
  service("Ruby", ["net-http", "faraday"], () => `ruby ${source("https-ruby/service.rb")}`),
  service("PHP", ["curl", "streams"], () => `php -S 127.0.0.1:$PORT ${source("https-php/service.php")}`),
  service("Perl", ["lwp"], () => `perl ${source("https-perl/service.pl")}`),
  service(
    ".NET",
    ["http-client"],
    async () => {
      const { runtime, program, libraries } = await dotnetProgram(join(apps, "https-dotnet"));
      return `env LD_LIBRARY_PATH=${there(libraries)} ${there(runtime)} ${there(program)}`;
    },
    // Its OpenSSL is no Debian's, which would know these two by itself.
    { env: { SSL_CERT_DIR: "/etc/ssl/certs", SSL_CERT_FILE: bundle } },
  ),
  service("Rust", ["native-tls", "native-roots"], () => there(cargoProgram("https-rust", "system"))),
];

/** Clients that cannot be shown another certificate than their server's: each with the variable that it is told by. */
export const unyielding = (root: string, pin: string, keyPin: string): readonly HttpsService[] => [
  service("Go, pinned", ["pinned"], () => there(goProgram("https-go")), { env: { PIN: pin }, insecure: [] }),
  service("Node, pinned", ["pinned"], () => `node ${source("https-node/service.mjs")}`, {
    env: { PIN: pin, NODE_EXTRA_CA_CERTS: "/etc/ssl/certs/reprise-test.pem" },
    insecure: [],
  }),
  ...["pinned-requests", "pinned-aiohttp", "pinned-curl"].map((client) =>
    service(`Python, ${client}`, [client], async () => `${await withPackages()} ${source("https-python/service.py")}`, {
      env: { CLIENTS: client, PIN: pin, KEY_PIN: keyPin, REQUESTS_CA_BUNDLE: bundle },
      insecure: [],
    }),
  ),
  service("Java, pinned", ["pinned-okhttp"], java, { env: { KEY_PIN: keyPin }, insecure: [] }),
  service("Rust, roots compiled in", ["webpki-roots"], () => there(cargoProgram("https-rust", "compiled-in")), {
    env: { ROOT: root },
    insecure: [],
  }),
];
