/**
 * Many requests over many keep-alive connections, as fast as they go, each with a call behind it: every one must be a test
 * case with its mock, and none may hold a piece of another. Each carries its id in the URL, in the body, and in what comes
 * back for both, on both sides.
 */
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Case, Workplace } from "./cases.ts";
import { atMost, told, type Figure } from "./figures.ts";
import { Recording } from "./recording.ts";

const CONNECTIONS = 100;
const MEGABYTES = 200;

/** Records them, looks at every file, and gives the figures. */
export async function many(
  on: Case,
  place: Workplace,
  { binary, requests }: { readonly binary: string; readonly requests: number },
): Promise<Figure[]> {
  await using recording = await Recording.start(on, place, binary);
  const from = performance.now();
  await askAll(recording.port, requests);
  const seconds = (performance.now() - from) / 1000;
  const recorded = await recording.finish();
  const tests = testIds(join(recorded.path, "reprise/test-set-0/tests"));
  const mocks = mockIds(join(recorded.path, "reprise/test-set-0/mocks.yaml"));
  const name = `${requests} requests on ${CONNECTIONS} connections`;
  return [
    told(
      name,
      `${(requests / seconds).toFixed(0)} a second; ${recorded.tailSeconds.toFixed(1)} s from Ctrl-C to the end`,
    ),
    atMost(`${name}: that are no test`, requests - tests.whole.size, 0, "", 0),
    atMost(`${name}: whose call is no mock`, requests - mocks.whole.size, 0, "", 0),
    atMost(`${name}: tests and mocks mixed up or twice`, tests.broken + mocks.broken, 0, "", 0),
    atMost(`${name}: memory of reprise, peak`, recorded.peakMegabytes, MEGABYTES, " MB", 0),
  ];
}

interface Ids {
  readonly whole: ReadonlySet<string>;
  /** Whose ids are not all the same, or that are there already. */
  readonly broken: number;
}

/** Every place where an id stands: URLs, bodies asked, bodies answered. */
const ID = /\/(?:orders|prices)\/(\d+)|\bid\\?": ?\\?"(\d+)|\basked\\?": ?\\?"(\d+)|as of (\d+)/g;
const TEST_PLACES = 7;
const MOCK_PLACES = 5;

function idsOf(texts: Iterable<string>, places: number): Ids {
  const whole = new Set<string>();
  let broken = 0;
  for (const text of texts) {
    const found = [...text.matchAll(ID)].map((match) => match.slice(1).find((id) => id !== undefined) ?? "");
    const id = found[0] ?? "";
    if (found.length >= places && found.every((each) => each === id) && !whole.has(id)) whole.add(id);
    else broken++;
  }
  return { whole, broken };
}

function testIds(folder: string): Ids {
  const files = readdirSync(folder).values();
  return idsOf(files.map((name) => readFileSync(join(folder, name), "utf8")), TEST_PLACES); // prettier-ignore
}

function mockIds(path: string): Ids {
  return idsOf(documentsOf(readFileSync(path, "utf8")), MOCK_PLACES);
}

function* documentsOf(text: string): Generator<string> {
  for (let at = text.indexOf("---\n"); at >= 0;) {
    const next = text.indexOf("\n---\n", at);
    yield text.slice(at + 4, next < 0 ? text.length : next + 1);
    at = next < 0 ? -1 : next + 1;
  }
}

/** Every connection asks for the next id as soon as its answer is whole, and checks that it is its own. */
async function askAll(port: number, requests: number): Promise<void> {
  let asked = 0;
  const next = () => (asked < requests ? ++asked : null);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => askInTurn(port, next)));
}

function askInTurn(port: number, next: () => number | null): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, "127.0.0.1");
  let id: number | null = null;
  let held = "";
  const send = () => {
    id = next();
    if (id === null) return void socket.end(resolve);
    post(socket, port, id);
  };
  socket.setNoDelay(true);
  socket.on("error", reject).on("connect", send);
  socket.on("data", (bytes) => {
    held += bytes.toString("latin1");
    const body = held.indexOf("\r\n\r\n") + 4;
    const length = Number(/^content-length: (\d+)/im.exec(held)?.[1]);
    if (body < 4 || held.length < body + length) return;
    if (!held.includes(`"id":"${id}","asked":"${id}","price":{"id":"${id}"`)) reject(new Error(`not ${id}: ${held}`));
    held = "";
    send();
  });
  return promise;
}

function post(socket: Socket, port: number, id: number): void {
  const body = `{"id":"${id}"}`;
  const head = `POST /orders/${id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
}
