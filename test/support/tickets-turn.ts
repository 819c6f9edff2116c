/**
 * Many requests at a time to a service that writes rows of its own for each and draws tickets by one statement for all,
 * through a pool of five connections: recorded, then checked call by call against the id that each carries, and replayed.
 */
import { Client } from "pg";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import type { Attribution } from "../../src/core/test-case.ts";
import type { Folder } from "./folder.ts";
import { startPostgres } from "./postgres-server.ts";
import { freePort } from "./recorded.ts";
import { recorded, tested, type AppUnderTest, type Tested } from "./reprise.ts";

export interface TicketsTurn {
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where requests go, by turns; each is followed by `/id`. */
  readonly paths: readonly string[];
  readonly requests?: number;
  readonly atOnce?: number;
  /** How many polls of the app are waited for before the requests and after them. */
  readonly polls?: number;
}

/** A call of a recording by what it carries. */
export interface Call {
  readonly mock: string;
  /** The test that it is mapped to, by the id in its path; `null` where it is in no test's mapping. */
  readonly test: number | null;
  readonly by: Attribution | null;
  /** The id that its request carries, or that of the test that was answered with what it returned. */
  readonly id: number | null;
  readonly asked: string;
}

export interface RecordedTickets {
  readonly calls: readonly Call[];
  replay(): Promise<Tested>;
  /** Answers that were no 200. */
  readonly failed: readonly string[];
}

const schema = `
  CREATE TABLE work (id bigint PRIMARY KEY, ticket bigint, note text, audited boolean);
  CREATE SEQUENCE tickets START 1000000`;

export async function recordTickets(folder: Folder, turn: TicketsTurn): Promise<RecordedTickets> {
  const { command, env = {}, paths, requests = 200, atOnce = 50, polls = 0 } = turn;
  const port = freePort();
  await using server = await startPostgres();
  const client = new Client({ host: "127.0.0.1", port: server.port, user: "postgres", database: "shop" });
  await client.connect();
  await client.query(schema);
  await client.end();
  let serial = 0;
  let polled = { left: 0, done: () => {} };
  using upstream = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const { pathname, search } = new URL(url);
      if (pathname === "/rates" && --polled.left === 0) polled.done();
      return new Response(`${pathname}${search} ${serial++}`);
    },
  });
  const untilPolled = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    polled = { left: polls, done: resolve };
    return polls === 0 ? Promise.resolve() : promise;
  };
  const surroundings = {
    PORT: String(port),
    DATABASE_URL: server.url,
    UPSTREAM: `http://127.0.0.1:${upstream.port}`,
    NODE_PATH: `${import.meta.dir}/../../node_modules`,
  };
  const app: AppUnderTest = { command, env: { ...surroundings, ...env } };
  const failed: string[] = [];
  const tickets = new Map<string, number>();
  const ask = async (id: number) => {
    const response = await fetch(`http://127.0.0.1:${port}${paths[id % paths.length]}/${id}`);
    const text = await response.text();
    if (response.status !== 200) return void failed.push(text);
    const { ticket } = JSON.parse(text) as { ticket?: number };
    if (ticket !== undefined && ticket > 0) tickets.set(String(ticket), id);
  };
  await recorded(folder.path, app, async () => {
    await untilPolled();
    let next = 1;
    const lane = async () => {
      while (next <= requests) await ask(next++);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    await untilPolled();
  });
  return { calls: callsOf(folder, tickets), failed, replay: () => tested(folder.path, app) };
}

/** The id in a URL, in an UPDATE's parameters (behind a ticket or alone), in those of others, and in the SQL itself. */
const CARRIED = [/[?&]id=(\d+)/, /\[1\d{6}, (\d+)\]/, /\[(\d+), 1\d{6}\]/, /\[(\d+)/, /id = (\d+)/, /VALUES \((\d+)/];

/** Each call with the test that it is mapped to. */
function callsOf(folder: Folder, tickets: ReadonlyMap<string, number>): Call[] {
  const all = [...protocols, fallback];
  const set = openTestSet(folder.at("reprise/test-set-0"), protocolsByKind(all));
  const ids = new Map(
    set.tests.map(({ name, load }) => [name, Number(/\/(\d+)/.exec(JSON.stringify(load().spec))?.[1])]),
  );
  const mapped = new Map(
    set.mappings.flatMap(({ test, mocks }) => mocks.map(({ name, by }) => [name, { test: ids.get(test) ?? null, by }])),
  );
  return set.mocks
    .filter(({ reuse }) => reuse === "once")
    .map((entry) => {
      const protocol = all.find(({ name }) => name === entry.protocol);
      const spec = entry.load();
      const { asked } = protocol?.key(spec) ?? { asked: "" };
      const text = JSON.stringify(protocol?.toYaml(spec), (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
      const ticket = /\b(1\d{6})\b/.exec(text)?.[1];
      const carried = CARRIED.map((pattern) => pattern.exec(asked)?.[1]).find((found) => found !== undefined);
      const id = asked.includes("nextval")
        ? (tickets.get(ticket ?? "") ?? null)
        : carried === undefined
          ? null
          : Number(carried);
      return { mock: entry.name, asked, id, ...(mapped.get(entry.name) ?? { test: null, by: null }) };
    });
}

/** How many calls are mapped right, of those that carry an id. */
export function rightness(calls: readonly Call[]): { readonly right: number; readonly wrong: readonly Call[] } {
  const carrying = calls.filter(({ id }) => id !== null);
  const wrong = carrying.filter(({ id, test }) => id !== test);
  return { right: (carrying.length - wrong.length) / carrying.length, wrong };
}
