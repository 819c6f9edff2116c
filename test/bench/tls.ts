/**
 * What reading TLS costs: a service that asks its dependency by a connection of its own each time, so that every request is a
 * whole handshake (two, with ours), and one long answer, beside haproxy, which takes TLS apart and puts it together as we do.
 */
import { Folder } from "../support/folder.ts";
import { leafCertificate, rootCertificate } from "../support/root-certificate.ts";
import { goBuild, startAlone, startBehindHaproxy, type Case, type Running, type Workplace } from "./cases.ts";
import { atLeast, columns, median, type Figure } from "./figures.ts";
import { load } from "./load.ts";
import { Recording } from "./recording.ts";
import { freePort, Started } from "./started.ts";
import type { Rounds } from "./throughput.ts";

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1;
const LONG_BYTES = 256 << 20;
const MARKS = { handshakesPerSecond: 500, ofHaproxy: 0.5 } as const;

interface Seen {
  readonly handshakes: number;
  readonly megabytesPerSecond: number;
}

/** Measures it, says how it went, and gives the figures. */
export async function tls(
  place: Workplace,
  options: Rounds,
): Promise<{ readonly table: string; readonly figures: Figure[] }> {
  await using held = new AsyncDisposableStack();
  const { on, roots } = await tlsCase(place, held);
  const ways = [
    { name: "alone", seen: [] as Seen[], measure: async () => await measured(await startAlone(on, place), options) },
    {
      name: "haproxy",
      seen: [] as Seen[],
      measure: async () => await measured(await startBehindHaproxy(on, place), options),
    },
    { name: "record", seen: [] as Seen[], measure: async () => await underRecord(on, place, options, roots) },
  ];
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(round + turn) % ways.length];
      way?.seen.push(await way.measure());
    }
  }
  return report(ways);
}

async function tlsCase(place: Workplace, held: AsyncDisposableStack): Promise<{ on: Case; roots: string }> {
  const program = goBuild("bench-tls", place);
  const folder = held.use(new Folder());
  rootCertificate(folder, "root");
  leafCertificate(folder, "localhost", "root");
  const [roots, certificate, key] = [folder.at("root.pem"), folder.at("localhost.pem"), folder.at("localhost.key")];
  const dependencyPort = await freePort();
  const dependency = held.use(
    new Started({
      command: [program, "dependency"],
      env: { PORT: String(dependencyPort), CERTIFICATE: certificate, KEY: key },
      log: place.file("dependency.log"),
    }),
  );
  await dependency.listens(dependencyPort);
  await Bun.write(folder.at("both.pem"), (await Bun.file(certificate).text()) + (await Bun.file(key).text()));
  const on: Case = {
    name: "HTTPS behind HTTP",
    command: `exec ${program} service`,
    dependencyPort,
    env: (port, behind) => ({ PORT: String(port), DEPENDENCY: String(behind), ROOTS: roots }),
    sealed: {
      bind: `ssl crt ${folder.at("both.pem")}`,
      server: `ssl verify required ca-file ${roots} sni str(localhost)`,
    },
  };
  return { on, roots };
}

async function measured(running: Running, { seconds }: Rounds): Promise<Seen> {
  await using service = running;
  return await seenOf(service.port, seconds);
}

async function underRecord(on: Case, place: Workplace, { binary, seconds }: Rounds, roots: string): Promise<Seen> {
  await using recording = await Recording.start(on, place, binary, { flags: ["--trust", roots] });
  const seen = await seenOf(recording.port, seconds);
  const { tests, mocks, warnings } = await recording.finish();
  // Relayed blind it would be fast, and prove nothing.
  if (mocks < tests - CONNECTIONS) throw new Error(`${mocks} mocks of ${tests} tests: ${warnings.join("\n")}`);
  return seen;
}

async function seenOf(port: number, seconds: number): Promise<Seen> {
  await load(port, CONNECTIONS, WARM_UP_SECONDS);
  const { perSecond } = await load(port, CONNECTIONS, seconds);
  const said = await (await fetch(`http://127.0.0.1:${port}/long?bytes=${LONG_BYTES}`)).text();
  const [bytes = 0, took = Number.NaN] = said.split(" ").map(Number);
  if (bytes !== LONG_BYTES) throw new Error(`of ${LONG_BYTES} bytes came: ${said}`);
  return { handshakes: perSecond, megabytesPerSecond: bytes / took / 1e6 };
}

function report(ways: readonly { readonly name: string; readonly seen: readonly Seen[] }[]): {
  table: string;
  figures: Figure[];
} {
  const of = (name: string, field: keyof Seen): number =>
    median((ways.find((way) => way.name === name)?.seen ?? []).map((seen) => seen[field]));
  const rows = ways.map(({ name }) => [
    name,
    of(name, "handshakes").toFixed(0),
    of(name, "megabytesPerSecond").toFixed(0),
  ]);
  const ofHaproxy = of("record", "megabytesPerSecond") / of("haproxy", "megabytesPerSecond");
  return {
    table: columns([["TLS, a connection each", "connections/s", "long answer, MB/s"], ...rows]),
    figures: [
      atLeast("TLS: connections a second under record", of("record", "handshakes"), MARKS.handshakesPerSecond, "", 0),
      atLeast("TLS: a long answer under record, of haproxy's that encrypts again", ofHaproxy, MARKS.ofHaproxy, ""),
    ],
  };
}
