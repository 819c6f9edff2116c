/** DNS messages built by the dns-packet library, and conversations of them, for tests that must not trust our encoder. */
import * as packet from "dns-packet";
import { type Exchange } from "../../src/core/exchange.ts";
import { type Peer, type Step } from "../../src/core/protocol.ts";
import { dns } from "../../src/protocols/dns/index.ts";
import { type DnsSpec } from "../../src/protocols/dns/spec.ts";

export const dnsPeer = (transport: Peer["transport"]): Peer => ({
  host: "10.0.0.53",
  address: "10.0.0.53",
  port: 53,
  isTls: false,
  connection: `${transport}-1`,
  direction: "outgoing",
  transport,
});

/** A query as stub resolvers send it. */
export const queryOf = (name: string, type: string, options: { id?: number; edns?: boolean } = {}): Uint8Array =>
  Uint8Array.from(
    packet.encode({
      type: "query",
      id: options.id ?? 77,
      flags: packet.RECURSION_DESIRED,
      questions: [{ name, type: type as packet.RecordType, class: "IN" }],
      additionals: options.edns === true ? [ednsOf(1232)] : [],
    }),
  );

const ednsOf = (udpPayloadSize: number): packet.OptAnswer =>
  ({ type: "OPT", name: ".", udpPayloadSize, flags: 0, options: [] }) as unknown as packet.OptAnswer;

export interface ReplyParts {
  readonly answers?: packet.Answer[];
  readonly authorities?: packet.Answer[];
  readonly additionals?: packet.Answer[];
  readonly rcode?: number;
  readonly flags?: number;
}

/** The reply to a query of `queryOf`. */
export const replyTo = (query: Uint8Array, parts: ReplyParts): Uint8Array => {
  const { id, questions } = packet.decode(Buffer.from(query));
  const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | (parts.flags ?? 0) | (parts.rcode ?? 0);
  const { answers = [], authorities = [], additionals = [] } = parts;
  return Uint8Array.from(
    packet.encode({
      type: "response",
      ...(id === undefined ? {} : { id }),
      flags,
      ...(questions === undefined ? {} : { questions }),
      answers,
      authorities,
      additionals,
    }),
  );
};

/** With its length before it, as over TCP. */
export const prefixed = (message: Uint8Array): Uint8Array =>
  Uint8Array.of(message.length >> 8, message.length & 0xff, ...message);

export const decoded = (bytes: Uint8Array): packet.DecodedPacket => packet.decode(Buffer.from(bytes));

/** Records one query and its reply over UDP. */
export const recorded = (query: Uint8Array, reply: Uint8Array): Exchange<DnsSpec> => {
  const [exchange] = emitted(recordedSteps(query, reply));
  if (exchange === undefined) throw new Error("nothing was recorded");
  return exchange;
};

export const recordedSteps = (query: Uint8Array, reply: Uint8Array): Step<DnsSpec>[] => {
  const session = dns.record(dnsPeer("udp"));
  const steps = [...session.data({ from: "client", bytes: query, at: 1 })];
  return steps.concat([...session.data({ from: "server", bytes: reply, at: 2 })]);
};

export const emitted = (steps: readonly Step<DnsSpec>[]): Exchange<DnsSpec>[] =>
  steps.flatMap((step) => (step.do === "emit" ? [step.exchange] : []));

/** A recorded A look-up with these addresses. */
export const recordedA = (name: string, ...addresses: string[]): Exchange<DnsSpec> => {
  const query = queryOf(name, "A");
  const answers = addresses.map((data): packet.Answer => ({ name, type: "A", ttl: 60, data }));
  return recorded(query, replyTo(query, { answers, rcode: addresses.length === 0 ? 3 : 0 }));
};
