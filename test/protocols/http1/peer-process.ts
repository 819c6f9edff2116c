/** Real servers and clients of HTTP/1 in other languages, started for one test file and ended with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = join(import.meta.dir, "peers");
const builds = mkdtempSync(join(tmpdir(), "http1-peers-"));
process.on("exit", () => rmSync(builds, { recursive: true, force: true }));

const build = (name: string): string => {
  const output = join(builds, name);
  const command = ["go", "build", "-o", output, join(folder, name, "main.go")];
  const built = Bun.spawnSync(command, { env: { ...process.env, GO111MODULE: "off" }, stderr: "pipe" });
  if (!built.success) throw new Error(`go build ${name}: ${built.stderr.toString()}`);
  return output;
};

/** The languages in which peers are written. */
export const languages = ["go", "node", "python"] as const;
export type Language = (typeof languages)[number];

const serverCommand = (language: Language): string[] => {
  if (language === "go") return [build("go-server")];
  return language === "node" ? ["node", join(folder, "server.mjs")] : ["python3", join(folder, "server.py")];
};

const clientCommand = (language: Language): string[] => {
  if (language === "go") return [build("go-client")];
  return language === "node" ? ["node", join(folder, "client.mjs")] : ["python3", join(folder, "client.py")];
};

export interface PeerServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a server; ready once it has printed its port. */
export const startPeerServer = async (language: Language): Promise<PeerServer> => {
  const process = Bun.spawn(serverCommand(language), { stdout: "pipe", stderr: "inherit" });
  const { value } = await process.stdout.getReader().read();
  return {
    port: Number(new TextDecoder().decode(value)),
    async [Symbol.asyncDispose]() {
      process.kill();
      await process.exited;
    },
  };
};

/** Runs a client to its end and gives what it printed. */
export const runPeerClient = (language: Language): ((port: number) => Promise<string>) => {
  const command = clientCommand(language);
  return async (port) => {
    const process = Bun.spawn([...command, String(port)], { stdout: "pipe", stderr: "inherit" });
    const text = await new Response(process.stdout).text();
    const code = await process.exited;
    return `${text}exit ${code}`;
  };
};
