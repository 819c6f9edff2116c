/** A small app with one HTTP dependency, recorded in this process for the tests of record/ and replay/; needs root. */
import { startDecoder } from "../../src/cli/start-decoder.ts";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { record, type RecordOutcome } from "../../src/record/record.ts";

export const everything = {
  protocols,
  fallback,
  drivers,
  startDecoder,
  tls: null,
  service: null,
  surroundings: [],
  secrets: { rules: null },
  retriesBlind: false,
};
export const versions = { reprise: "0.0.0", kernel: "0" };

/**
 * A port that nobody listens on, and which the kernel gives to nobody who asks for any: below the ports of outgoing
 * connections, and by chance, so that whatever else runs on this machine meanwhile does not take it either.
 */
export function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    try {
      Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it.
    }
  }
}

/** How the app is started; `GET /sum?a=1&b=2` asks the dependency for `/add?...` and answers with what it said. */
export const appOn = (port: number, dependency: number, extra = "") => ({
  command: `exec '${process.execPath}' -e '
    Bun.serve({ port: ${port}, async fetch(request) {
      const { search } = new URL(request.url);
      ${extra}
      const response = await fetch("http://127.0.0.1:${dependency}/add" + search);
      return Response.json({ said: await response.text() });
    } });'`,
  cwd: "/",
  env: { PATH: process.env["PATH"] ?? "", HOME: "/root" },
  user: null,
  stdout: "stderr" as const,
  files: [],
});

export interface Recorded {
  readonly root: string;
  readonly port: number;
  readonly dependencyPort: number;
  readonly outcome: RecordOutcome;
  readonly listened: readonly number[];
  readonly names: readonly string[];
}

/** A recording of the small app that goes on. */
export interface RecordingApp {
  readonly port: number;
  readonly dependencyPort: number;
  readonly listened: readonly number[];
  readonly names: readonly string[];
  ask(search: string): Promise<Response>;
  /** Ends it as Ctrl-C does; the dependency is gone afterwards. */
  end(): Promise<RecordOutcome>;
}

/** Starts the small app under `record`, once it listens. */
export async function startRecordingApp(
  root: string,
  how: { readonly keepCapture?: boolean; readonly startDecoder?: () => Worker } = {},
): Promise<RecordingApp> {
  let asked = 0;
  const dependency = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => new Response(`${new URL(url).search} ${asked++}`),
  });
  const dependencyPort = dependency.port ?? 0;
  const port = freePort();
  const stop = new AbortController();
  const [listened, names]: [number[], string[]] = [[], []];
  const { promise: isReady, resolve: ready } = Promise.withResolvers<void>();
  const recording = record(
    {
      ...everything,
      proxied: "unknown",
      keepCapture: false,
      ...how,
      app: appOn(port, dependencyPort),
      root,
      passThroughPorts: [],
      passThroughSockets: [],
      knownSockets: [],
      stop: stop.signal,
      isInterruptedByTerminal: () => false,
      versions,
    },
    {
      started: () => {},
      listening: (heard) => {
        listened.push(heard);
        ready();
      },
      recorded: (tests) => names.push(...tests.map(({ name }) => name)),
      decoding: () => {},
    },
  );
  await Promise.race([isReady, recording]);
  const end = async () => {
    stop.abort();
    try {
      return await recording;
    } finally {
      await dependency.stop(true);
    }
  };
  const ask = (search: string) => fetch(`http://127.0.0.1:${port}/sum${search}`);
  return { port, dependencyPort, listened, names, ask, end };
}

/** Records these searches, one after another; the dependency is gone afterwards. */
export async function recordApp(root: string, searches: readonly string[], keepCapture = false): Promise<Recorded> {
  const { ask, end, ...recording } = await startRecordingApp(root, { keepCapture });
  for (const search of searches) await (await ask(search)).text();
  return { root, ...recording, outcome: await end() };
}
