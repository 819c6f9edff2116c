/**
 * One recording as it grows: finished exchanges become test cases and mocks in the store, and their spans are kept until
 * it is known which belongs to which. Half an exchange never arrives here.
 */
import { epochMs } from "../capture/clock.ts";
import type { Flow, FlowEvent } from "../capture/flow-events.ts";
import { mappingsOf } from "../core/attribute.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Driver, Protocol } from "../core/protocol.ts";
import type { Destination, Mapping } from "../core/test-case.ts";
import type { UnreadConnections } from "../store/config.ts";
import type { TestSetWriter } from "../store/test-set-writer.ts";
import { RecordedCauses } from "./causes.ts";
import { collecting, rests } from "./collect.ts";
import type { DecoderSink, Unread } from "./decoder.ts";
import { SpanList } from "./span-list.ts";

/** Told once a test case has its name. */
export type Recorded = (name: string, summary: string) => void;

export class Recording implements DecoderSink {
  readonly #writer: TestSetWriter;
  readonly #recorded: Recorded;
  readonly #leftOut: ReadonlySet<number>;
  readonly #tests = new SpanList();
  /** Those that may answer once. */
  readonly #mocks = new SpanList();
  readonly #causes: RecordedCauses;
  #mockCount = 0;
  readonly #unread = new Map<string, UnreadConnections>();

  /**
   * `leftOut`: ports of dependencies whose calls are not recorded. `clockOffsetMs`: from the kernel's stamps to the events'
   * times.
   */
  constructor(writer: TestSetWriter, recorded: Recorded, leftOut: ReadonlySet<number>, clockOffsetMs = 0) {
    this.#causes = new RecordedCauses((stampNs) => epochMs(stampNs, clockOffsetMs));
    this.#writer = writer;
    this.#recorded = recorded;
    this.#leftOut = leftOut;
  }

  test(driver: Driver, exchange: Exchange<unknown>, at: Parameters<DecoderSink["test"]>[2]): void {
    const { port, isTls, connection } = at;
    this.#causes.test(connection, exchange, at.data);
    const { spec, startedAt, endedAt } = exchange;
    const noise = Object.fromEntries(driver.noise.map((path) => [path, []]));
    const title = driver.title(spec);
    const { protocol } = driver;
    const name = this.#writer.addTest({ title, protocol, spec, port, isTls, noise, startedAt, endedAt });
    this.#tests.add(name, startedAt, endedAt);
    this.#recorded(name, this.#writer.withoutSecrets(driver.summary(spec)));
  }

  mock(protocol: Protocol, exchange: Exchange<unknown>, destination: Destination, connection: string): void {
    if (this.#leftOut.has(destination.port)) return;
    const { spec, reuse, startedAt, endedAt } = exchange;
    const mock = { protocol: protocol.name, spec, destination, connection, reuse, startedAt, endedAt };
    const name = this.#writer.addMock(mock);
    this.#mockCount++;
    if (reuse !== "once") return this.#causes.passed(connection, exchange);
    this.#mocks.add(name, startedAt, endedAt);
    const shape = () => `${destination.port} ${protocol.key(spec).shape}`;
    this.#causes.mock(connection, exchange, { shape, data: () => protocol.toYaml(spec).spec });
  }

  act(event: Extract<FlowEvent, { type: "act" }>): void {
    this.#causes.act(event);
  }

  closed(flow: Flow): void {
    this.#causes.close(flow);
  }

  unread(unread: Unread): void {
    const { direction, destination } = unread;
    const { host, port } = destination;
    if (direction === "outgoing" && this.#leftOut.has(port)) return;
    const peer = direction === "incoming" ? `port ${port} of the app` : `${host}:${port}`;
    const reason = direction === "incoming" ? withRemedy(unread.reason) : unread.reason;
    const key = `${peer} ${reason}`;
    this.#unread.set(key, { peer, reason, connections: (this.#unread.get(key)?.connections ?? 0) + 1 });
  }

  get counts(): { readonly tests: number; readonly mocks: number } {
    return { tests: this.#tests.count, mocks: this.#mockCount };
  }

  get unreadConnections(): readonly UnreadConnections[] {
    return [...this.#unread.values()];
  }

  /** Which mocks each test used, by cause and else by time; what may repeat belongs to no test. */
  mappings(): Iterable<Mapping> {
    return collecting(mappingsOf(this.#tests, this.#mocks, this.#causes, rests(this.#tests.count)));
  }
}

/** A service that terminates TLS itself can be read with its own key, which nobody but its operator can give. */
const withRemedy = (reason: string): string =>
  /^TLS( \(.*\))?$/.test(reason)
    ? `${reason}; to record it, give the service's own certificate and key: --tls-cert FILE --tls-key FILE`
    : reason;
