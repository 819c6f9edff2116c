/**
 * From what the tap saw to test cases and mocks: one conversation per connection, its finished exchanges handed on.
 *
 * It runs behind the capture, at its own pace, on the journal's records; nothing that happens here reaches the app.
 * What cannot be read is named (`Unread`), never guessed. Counterpart in replay: proxy/relay.ts.
 */
import type { Closing, Flow, FlowEvent } from "../capture/flow-events.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Driver, Peer, Protocol } from "../core/protocol.ts";
import type { Destination } from "../core/test-case.ts";
import { Conversation, type Told } from "../proxy/conversation.ts";

/** Bytes that one exchange may hold while it is built; decoding is off the app's path, so this bounds only our memory. */
const EXCHANGE_BUDGET_BYTES = 1 << 30;

/** A connection, or the rest of one, that is in no recording; the report names it. */
export interface Unread {
  readonly direction: "incoming" | "outgoing";
  readonly destination: Destination;
  readonly reason: string;
}

/** Where the app was asked, and what passed as plain data. */
export interface Asked extends Pick<Peer, "port" | "isTls" | "connection"> {
  readonly data: () => unknown;
}

/** Where finished exchanges go, in the order in which they finished. */
export interface DecoderSink {
  test(driver: Driver, exchange: Exchange<unknown>, asked: Asked): void;
  mock(protocol: Protocol, exchange: Exchange<unknown>, destination: Destination, connection: string): void;
  unread(unread: Unread): void;
  /** Somebody in the app acts on a connection; before the exchanges that follow from it. */
  act(event: Extract<FlowEvent, { type: "act" }>): void;
  /** After all that is told of a connection. */
  closed(flow: Flow): void;
}

export interface DecoderOptions {
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly drivers: readonly Driver[];
  readonly sink: DecoderSink;
}

/** Nothing ends a datagram flow, so only the last ones are remembered; a look-up is over long before. */
const DATAGRAM_TALKS = 1024;

interface Talk {
  readonly conversation: Conversation;
  reported: boolean;
}

/** Feeds flow events to conversations; every event of a flow must come in order, flows may interleave. */
export class Decoder {
  readonly #options: DecoderOptions;
  readonly #talks = new Map<string, Talk>();
  readonly #names = new Map<string, string>();
  readonly #datagrams: string[] = [];
  /** Incoming connections are read only by protocols that can drive the app. */
  readonly #driven: readonly Protocol[];

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#driven = options.protocols.filter((protocol) =>
      options.drivers.some((driver) => driver.protocol === protocol.name),
    );
  }

  push(event: FlowEvent): void {
    if (event.type === "close") {
      const talk = this.#talks.get(event.flow.id);
      this.#talks.delete(event.flow.id);
      if (talk && !event.flow.internal) this.#close(talk, event.how);
      this.#options.sink.closed(event.flow);
      return;
    }
    if (event.type === "act") return this.#options.sink.act(event);
    const talk = this.#talks.get(event.flow.id) ?? this.#open(event.flow);
    this.#act(talk, stepsOf(talk.conversation, event));
    // What is left out is named, since a test may have used it.
    if (event.type === "gap") this.#unread(talk, "parts of it were lost");
    if (event.type === "note" && "unread" in event.note) this.#unread(talk, event.note.unread);
  }

  /** Nothing more will come: what has not been settled is settled with what is there. */
  finish(): void {
    for (const talk of this.#talks.values()) this.#close(talk, "cut");
    this.#talks.clear();
  }

  #open(flow: Flow): Talk {
    const incoming = flow.direction === "incoming";
    const far = flow.server;
    const peer: Peer = {
      host: this.#names.get(far.address) ?? far.address,
      address: far.address,
      port: far.port,
      connection: flow.id,
      direction: flow.direction,
      transport: flow.transport,
      isTls: false,
    };
    const conversation = new Conversation({
      protocols: incoming ? this.#driven : this.#options.protocols,
      fallback: this.#options.fallback,
      peer,
      open: (protocol, inner) => protocol.record(inner),
      budgetBytes: EXCHANGE_BUDGET_BYTES,
      expectedFor: () => null,
      isTlsFor: () => false,
      tls: "unread",
    });
    const talk = { conversation, reported: false };
    this.#talks.set(flow.id, talk);
    if (flow.transport === "udp") this.#remember(flow.id);
    return talk;
  }

  #remember(id: string): void {
    this.#datagrams.push(id);
    if (this.#datagrams.length > DATAGRAM_TALKS) this.#talks.delete(this.#datagrams.shift() ?? "");
  }

  /** Both FINs were told already; after a reset or the capture's end, what has no end of its own is half an exchange. */
  #close(talk: Talk, how: Closing): void {
    const { conversation } = talk;
    if (how !== "ended") {
      this.#act(talk, conversation.end("client", true));
      this.#act(talk, conversation.end("server", true));
    }
    this.#act(talk, conversation.settle());
  }

  #act(talk: Talk, steps: readonly Told[]): void {
    for (const step of steps) {
      if (step.do === "emit") this.#emit(talk, step);
      if (step.do === "name") for (const address of step.addresses) this.#names.set(address, step.host);
    }
    const reason = talk.conversation.unread;
    if (reason !== null) this.#unread(talk, reason);
  }

  #emit(talk: Talk, { exchange, protocol, peer }: Extract<Told, { do: "emit" }>): void {
    if (peer.direction === "outgoing") {
      this.#options.sink.mock(protocol, exchange, destinationOf(peer), peer.connection);
      return;
    }
    const driver = this.#options.drivers.find((candidate) => candidate.protocol === protocol.name);
    const data = () => protocol.toYaml(exchange.spec).spec;
    if (driver) this.#options.sink.test(driver, exchange, { ...peer, data });
    else this.#unread(talk, `nothing here can play ${protocol.name} requests to an app`);
  }

  /** Once for each connection. */
  #unread(talk: Talk, reason: string): void {
    if (talk.reported) return;
    talk.reported = true;
    const { peer } = talk.conversation;
    this.#options.sink.unread({ direction: peer.direction, destination: destinationOf(peer), reason });
  }
}

const destinationOf = (peer: Peer): Destination => ({
  host: peer.host,
  address: peer.address,
  port: peer.port,
  isTls: peer.isTls,
});

function stepsOf(conversation: Conversation, event: Exclude<FlowEvent, { type: "close" | "act" }>): readonly Told[] {
  switch (event.type) {
    case "open":
      return conversation.start();
    case "chunk":
    case "datagram":
      return conversation.data({ from: event.from, bytes: event.bytes, at: event.at });
    case "gap":
      return conversation.gap(event.from);
    case "end":
      return conversation.end(event.from);
    case "note":
      return "isTls" in event.note && event.note.isTls ? conversation.secured(event.note.host) : [];
  }
}
