/** MySQL 8's ways to let clients in, by test/apps/mysql-front before a MariaDB: its plug-ins, with its TLS or its RSA key. */
import { join } from "node:path";
import type { MariaDbTls } from "./mariadb-server.ts";

export interface MysqlFront extends Disposable {
  readonly port: number;
}

/** `plugin` is what the user `app` is proven by; the first time in full. */
export async function startMysqlFront(upstream: number, plugin: string, tls: MariaDbTls | null): Promise<MysqlFront> {
  const options = tls === null ? "" : JSON.stringify({ cert: tls.certificate, key: tls.key });
  const child = Bun.spawn(["node", join(import.meta.dir, "../apps/mysql-front/front.mjs")], {
    env: { ...process.env, PLUGIN: plugin, UPSTREAM: String(upstream), TLS: options },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await child.stdout.getReader().read();
  return { port: Number(new TextDecoder().decode(value)), [Symbol.dispose]: () => child.kill() };
}
