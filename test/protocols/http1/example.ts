/** Messages for tests, from text as it would be typed into a socket; sessions over them without a wire's file. */
import type { Exchange } from "../../../src/core/exchange.ts";
import type { Peer, Session, Side, Step } from "../../../src/core/protocol.ts";
import { http1, type HttpSpec } from "../../../src/protocols/http1/index.ts";

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf8"));
export const text = (of: Uint8Array): string => Buffer.from(of).toString("utf8");

export const peer: Peer = {
  host: "api.example",
  address: "192.0.2.1",
  port: 80,
  isTls: false,
  connection: "c1",
  direction: "outgoing",
  transport: "tcp",
};

type Line = readonly [from: Side, text: string | Uint8Array];

/** The steps of a session fed with these lines, one millisecond apart. */
export const feed = (session: Session<HttpSpec>, lines: readonly Line[]): Step<HttpSpec>[] =>
  lines.flatMap(([from, line], index) => [
    ...session.data({ from, bytes: typeof line === "string" ? bytes(line) : line, at: 1000 + index }),
  ]);

/** The exchanges recorded from these lines, nothing closed. */
export const recorded = (lines: readonly Line[]): Exchange<HttpSpec>[] =>
  feed(http1.record(peer), lines).flatMap((step) => (step.do === "emit" ? [step.exchange] : []));

/** One exchange from its two messages. */
export const exchange = (request: string, response: string | Uint8Array): HttpSpec => {
  const session = http1.record(peer);
  const lines: Line[] = [
    ["client", request],
    ["server", response],
  ];
  const steps = [...feed(session, lines), ...session.end("server")];
  const emitted = steps.find((step) => step.do === "emit");
  if (!emitted) throw new Error("these messages are no whole exchange");
  return emitted.exchange.spec;
};

/** What a file of plain data stands for. */
export const written = (req: object, resp: object = {}): HttpSpec =>
  http1.fromYaml("Http", { req: { url: "http://h/", ...req }, resp: { status_code: 200, ...resp } });

/** Through a file and back. */
export const throughFile = (
  spec: HttpSpec,
  edit: (document: { req: Record<string, unknown>; resp: Record<string, unknown> }) => void = () => {},
): HttpSpec => {
  const { kind, spec: document } = http1.toYaml(spec);
  edit(document as { req: Record<string, unknown>; resp: Record<string, unknown> });
  return http1.fromYaml(kind, document);
};

/** Everything that a replaying session sends, as text; `close` and `miss` stand in brackets. */
export const sent = (steps: readonly Step<HttpSpec>[]): string =>
  steps.map((step) => (step.do === "send" ? text(step.bytes) : `[${step.do}]`)).join("");
