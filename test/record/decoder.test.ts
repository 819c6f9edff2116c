import { expect, test } from "bun:test";
import type { Closing, Flow, FlowEvent } from "../../src/capture/flow-events.ts";
import type { Side } from "../../src/core/protocol.ts";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { Decoder } from "../../src/record/decoder.ts";

const flow = (id: string, direction: Flow["direction"], port: number): Flow => ({
  id,
  direction,
  client: { address: "127.0.0.1", port: 40_000 },
  server: { address: "10.1.2.3", port },
  transport: "tcp",
  internal: false,
});

const chunk = (of: Flow, from: Side, text: string, at: number): FlowEvent => ({
  type: "chunk",
  flow: of,
  from,
  bytes: new TextEncoder().encode(text),
  at,
});

const close = (of: Flow, how: Closing): FlowEvent => ({ type: "close", flow: of, how, at: 9 });

function decode(events: readonly FlowEvent[]): string[] {
  const heard: string[] = [];
  const decoder = new Decoder({
    protocols,
    fallback,
    drivers,
    sink: {
      test: (driver, { spec, startedAt, endedAt }, { port }) =>
        heard.push(`test ${driver.summary(spec)} on ${port} from ${startedAt} to ${endedAt}`),
      mock: (protocol, { startedAt, endedAt }, { host, port }, connection) =>
        heard.push(`mock ${protocol.name} of ${host}:${port} on ${connection} from ${startedAt} to ${endedAt}`),
      unread: ({ direction, destination, reason }) => heard.push(`unread ${direction} ${destination.port}: ${reason}`),
      act: ({ flow: { id }, act }) => heard.push(`${act.does} on ${id}`),
      closed: () => {},
    },
  });
  for (const event of events) decoder.push(event);
  decoder.finish();
  return heard;
}

const request = "GET /a HTTP/1.1\r\nHost: shop\r\n\r\n";
const response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

test("what comes in is a test, what goes out meanwhile a mock", () => {
  const incoming = flow("1", "incoming", 8080);
  const outgoing = flow("2", "outgoing", 9090);
  const heard = decode([
    chunk(incoming, "client", request, 1),
    chunk(outgoing, "client", request, 2),
    chunk(outgoing, "server", response, 3),
    chunk(incoming, "server", response, 4),
  ]);
  expect(heard).toEqual(["mock http1 of 10.1.2.3:9090 on 2 from 2 to 3", "test GET /a -> 200 on 8080 from 1 to 4"]);
});

test("an answer that only a FIN would end is whole after a FIN and nothing after a reset or a cut", () => {
  const endless = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome";
  const told = (how: Closing): string[] => {
    const of = flow("1", "outgoing", 9090);
    const ended: FlowEvent[] = how === "ended" ? [{ type: "end", flow: of, from: "server", at: 4 }] : [];
    return decode([chunk(of, "client", request, 1), chunk(of, "server", endless, 3), ...ended, close(of, how)]);
  };
  expect(told("ended")).toEqual(["mock http1 of 10.1.2.3:9090 on 1 from 1 to 3"]);
  const named = ["unread outgoing 9090: the answer to GET /a broke off"];
  expect([told("reset"), told("cut")]).toEqual([named, named]);
});

test("what cannot be read or driven is named once, with the reason", () => {
  const tls = flow("1", "outgoing", 443);
  const odd = flow("2", "incoming", 7000);
  const heard = decode([
    chunk(tls, "client", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 1),
    chunk(tls, "server", "\x16\x03\x03", 2),
    chunk(odd, "client", "HELO you\r\n", 3),
    chunk(odd, "server", "250 me\r\n", 4),
    chunk(odd, "client", "QUIT\r\n", 5),
    chunk(odd, "server", "221 bye\r\n", 6),
    close(odd, "ended"),
  ]);
  expect(heard).toEqual([
    "unread outgoing 443: TLS",
    "unread incoming 7000: nothing here can play generic requests to an app",
  ]);
});

test("a connection between two processes of the app is nobody's", () => {
  const inner: Flow = { ...flow("1", "outgoing", 9090), internal: true };
  expect(decode([{ type: "open", flow: inner, at: 1 }, close(inner, "cut")])).toEqual([]);
});

test("a connection that lost bytes is named once, and gives what is whole", () => {
  const outgoing = flow("2", "outgoing", 80);
  const gap: FlowEvent = { type: "gap", flow: outgoing, from: "server", length: 9, at: 4 };
  const whole = [chunk(outgoing, "client", request, 1), chunk(outgoing, "server", response, 2)];
  expect(decode([...whole, chunk(outgoing, "client", request, 3), gap, gap, close(outgoing, "cut")])).toEqual([
    "mock http1 of 10.1.2.3:80 on 2 from 1 to 2",
    "unread outgoing 80: parts of it were lost",
  ]);
});

test("what the proxy noted of a connection is known of what was read on it", () => {
  const named: string[] = [];
  const decoder = new Decoder({
    protocols,
    fallback,
    drivers,
    sink: {
      test: () => {},
      mock: (_, __, { host, port, isTls }) => named.push(`${host}:${port} ${isTls ? "TLS" : "clear"}`),
      unread: ({ destination, reason }) => named.push(`unread ${destination.port}: ${reason}`),
      act: () => {},
      closed: () => {},
    },
  });
  const secured = flow("1", "outgoing", 443);
  const unnamed = flow("2", "outgoing", 8443);
  const blind = flow("3", "outgoing", 9443);
  const note = (of: Flow, said: Extract<FlowEvent, { type: "note" }>["note"]): FlowEvent => ({
    type: "note",
    flow: of,
    note: said,
    at: 1,
  });
  const events = [
    note(secured, { host: "api.test", isTls: true }),
    note(unnamed, { host: null, isTls: true }),
    note(blind, { unread: "the app refused our certificate" }),
    ...[secured, unnamed].flatMap((of) => [chunk(of, "client", request, 2), chunk(of, "server", response, 3)]),
    close(blind, "ended"),
  ];
  for (const event of events) decoder.push(event);
  decoder.finish();
  expect(named).toEqual(["unread 9443: the app refused our certificate", "api.test:443 TLS", "10.1.2.3:8443 TLS"]);
});
