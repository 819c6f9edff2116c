/**
 * A real MariaDB server of one's own: a data folder in a temporary one, on a free port of 127.0.0.1, gone afterwards.
 *
 * As root it runs as `nobody`. It holds the users `app` (mysql_native_password) and `ed` (client_ed25519), both with the
 * password `secret`, and the databases `shop` and `other`. Where MariaDB is not installed its tests fail with a sentence.
 */
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./recorded.ts";
import { Said } from "./until-said.ts";

/** PEM texts; without them the server speaks no TLS, with them nothing else. */
export interface MariaDbTls {
  readonly certificate: string;
  readonly key: string;
}

export interface MariaDbServer extends AsyncDisposable {
  readonly port: number;
  stop(): Promise<void>;
}

const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;
const daemon = "/usr/sbin/mariadbd";

const USERS = `
CREATE DATABASE shop CHARACTER SET utf8mb4;
CREATE DATABASE other CHARACTER SET utf8mb4;
CREATE USER app@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('secret');
GRANT ALL ON *.* TO app@'%';
INSTALL SONAME 'auth_ed25519';
CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('secret');
GRANT ALL ON *.* TO ed@'%';
`;

const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

const give = (path: string): void => {
  if (asRoot) chownSync(path, NOBODY, NOBODY);
};

/** Starts it, with the tables of `schema` (one statement a line) in `shop`, and waits until it listens. */
export const startMariaDb = async (tls: MariaDbTls | null = null, schema = ""): Promise<MariaDbServer> => {
  if (!existsSync(daemon)) throw new Error("MariaDB is not installed: apt-get install mariadb-server");
  const folder = mkdtempSync(join(tmpdir(), "mariadb-"));
  chmodSync(folder, 0o755);
  give(folder);
  const data = join(folder, "data");
  const install = Bun.spawn(
    ["mariadb-install-db", "--no-defaults", `--datadir=${data}`, "--skip-test-db", "--auth-root-authentication-method=normal"], // prettier-ignore
    { cwd: folder, stdout: "ignore", stderr: "pipe", ...identity },
  );
  if ((await install.exited) !== 0) throw new Error(`mariadb-install-db failed: ${await new Response(install.stderr).text()}`); // prettier-ignore
  const port = freePort();
  const secure = tls === null ? ["--skip-ssl"] : tlsOptions(folder, tls);
  writeFileSync(join(folder, "init.sql"), `${USERS.trim()}\nUSE shop;\n${schema.trim()}\n`);
  const server = Bun.spawn(
    [daemon, "--no-defaults", `--datadir=${data}`, `--port=${port}`, `--socket=${join(folder, "s")}`, "--bind-address=127.0.0.1",
      `--init-file=${join(folder, "init.sql")}`, "--local-infile=1", "--skip-name-resolve", "--default-time-zone=+00:00",
      "--innodb-flush-log-at-trx-commit=0", "--max-allowed-packet=256M", "--connect-timeout=120", `--pid-file=${join(folder, "pid")}`, ...secure],
    { cwd: folder, stdout: "ignore", stderr: "pipe", ...identity },
  ); // prettier-ignore
  const stop = async (): Promise<void> => {
    server.kill();
    await server.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await new Said(server.stderr).until("ready for connections");
  } catch (failure) {
    await stop();
    throw failure;
  }
  return { port, stop, [Symbol.asyncDispose]: stop };
};

const tlsOptions = (folder: string, { certificate, key }: MariaDbTls): string[] => {
  const paths = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  writeFileSync(paths.cert, certificate);
  writeFileSync(paths.key, key, { mode: 0o600 });
  for (const path of Object.values(paths)) give(path);
  return [`--ssl-cert=${paths.cert}`, `--ssl-key=${paths.key}`, "--require-secure-transport=ON"];
};
