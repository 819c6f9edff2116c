/**
 * A MySQL 8 of one's own, go-mysql-server in memory (test/apps/mysql-8): caching_sha2_password over TLS and nothing else,
 * for the user `app` with the password `secret`. Building it the first time takes a minute.
 */
import { goProgram } from "./apps.ts";
import type { MariaDbTls } from "./mariadb-server.ts";

export interface Mysql8Server extends AsyncDisposable {
  readonly port: number;
}

/** Starts it with what `schema` (one statement a line) makes in `shop`. */
export async function startMysql8(tls: MariaDbTls, schema: string): Promise<Mysql8Server> {
  const child = Bun.spawn([goProgram("mysql-8/server")], {
    env: { ...process.env, TLS_CERT: tls.certificate, TLS_KEY: tls.key, SCHEMA: schema.trim() },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const port = await portIn(child.stdout);
  if (port === null) throw new Error(`mysql-8 did not start: ${await new Response(child.stderr).text()}`);
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { port, [Symbol.asyncDispose]: stop };
}

async function portIn(stdout: ReadableStream<Uint8Array>): Promise<number | null> {
  let said = "";
  for await (const bytes of stdout) {
    said += new TextDecoder().decode(bytes);
    const [, port] = /^(\d+)\n/.exec(said) ?? [];
    if (port !== undefined) return Number(port);
  }
  return null;
}
