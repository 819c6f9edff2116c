/**
 * Answers look-ups from the recording. What was not asked while recording:
 *
 * - a name nobody asked for: NXDOMAIN, and a miss;
 * - a recorded name with another type: what a resolver asks on its own beside the address it wants (A, AAAA, HTTPS, SVCB)
 *   is answered as empty (or as the name was: NXDOMAIN) and is no miss; any other type is answered so too, and is a miss;
 * - a recorded name with a search domain of this machine behind it: NXDOMAIN and no miss, since the name itself comes next.
 *
 * The counterpart is record.ts.
 */
import type { Pool, Take } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Step } from "../../core/protocol.ts";
import { framed, FrameReader } from "./frames.ts";
import { decodeMessage, type Message, opcodeOf, type Question } from "./message.ts";
import { nameSteps } from "./named-addresses.ts";
import {
  type DnsReply,
  type DnsRequest,
  type DnsSpec,
  encodeReply,
  keyOf,
  replyBytes,
  requestDifferences,
  requestOf,
} from "./spec.ts";

/** What a reply over UDP may hold where the query does not say (RFC 1035, 4.2.1). */
const plainUdpBytes = 512;

/** Types that resolvers ask for by themselves, where the app wanted one of them. */
const addressTypes: ReadonlySet<string> = new Set(["A", "AAAA", "HTTPS", "SVCB"]);

/** A session that stands in for the app's resolver. */
export const replayDns = (peer: Peer, pool: Pool<DnsSpec>): Session<DnsSpec> => new ReplaySession(peer, pool);

class ReplaySession implements Session<DnsSpec> {
  readonly #transport: Peer["transport"];
  readonly #pool: Pool<DnsSpec>;
  readonly #reader: FrameReader;

  constructor(peer: Peer, pool: Pool<DnsSpec>) {
    this.#transport = peer.transport;
    this.#pool = pool;
    this.#reader = new FrameReader(peer.transport);
  }

  start(): Step<DnsSpec>[] {
    return [];
  }

  *data(chunk: Chunk): Iterable<Step<DnsSpec>> {
    if (chunk.from !== "client") return;
    for (const { bytes } of this.#reader.take(chunk)) yield* this.#answer(decodeMessage(bytes));
  }

  wake(): Step<DnsSpec>[] {
    return [];
  }

  gap(): void {}

  end(): Step<DnsSpec>[] {
    return [];
  }

  *#answer(query: Message): Iterable<Step<DnsSpec>> {
    const [question] = query.questions;
    if (question === undefined) return;
    const request = requestOf(question, this.#transport);
    if (opcodeOf(query.flags) !== 0) {
      yield this.#miss(request, null);
      yield this.#send(encodeReply(emptyReply("NOTIMP"), query, question));
      return;
    }
    const key = keyOf(request);
    const differs = (recorded: DnsSpec) => requestDifferences(recorded.request, request);
    const taken = this.#pool.take({ key, differs, similarity: null });
    if (!taken.found) {
      const { reply, isMiss } = this.#unrecorded(request);
      if (isMiss) yield this.#miss(request, taken.nearest);
      yield this.#send(encodeReply(reply, query, question));
      return;
    }
    const spec = this.#whole(taken.spec, key.text);
    yield* nameSteps(spec);
    yield this.#send(this.#fitting(spec, query, question));
  }

  /** What the recording implies for a question that it does not hold. */
  #unrecorded(request: DnsRequest): { reply: DnsReply; isMiss: boolean } {
    const others = [...this.#pool.recall(request.name)].filter((spec) => spec.request.class === request.class);
    const isAddress = ({ type }: DnsRequest): boolean => addressTypes.has(type);
    if (others.length > 0) {
      const exists = others.some((spec) => spec.response.rcode === "NOERROR");
      const isCompanion = isAddress(request) && others.some((spec) => isAddress(spec.request));
      return { reply: emptyReply(exists ? "NOERROR" : "NXDOMAIN"), isMiss: !isCompanion };
    }
    return { reply: emptyReply("NXDOMAIN"), isMiss: !(isAddress(request) && this.#hasSearchDomain(request.name)) };
  }

  /** Whether a recorded name stands before this one's last labels. */
  #hasSearchDomain(name: string): boolean {
    const labels = name.split(".");
    for (let count = labels.length - 1; count > 0; count--) {
      for (const _ of this.#pool.recall(labels.slice(0, count).join("."))) return true;
    }
    return false;
  }

  /** A reply that was cut for UDP is of no use over TCP, where the whole one was recorded as well. */
  #whole(spec: DnsSpec, text: string): DnsSpec {
    if (this.#transport === "udp" || !spec.response.flags.includes("truncated")) return spec;
    for (const other of this.#pool.recall(spec.request.name)) {
      if (keyOf(other.request).text === text && !other.response.flags.includes("truncated")) return other;
    }
    return spec;
  }

  /** A reply recorded over TCP may be too large for a datagram: then it is cut as its server would have cut it. */
  #fitting(spec: DnsSpec, query: Message, question: Question): Uint8Array {
    const bytes = replyBytes(spec, query, question);
    const most = Math.max(plainUdpBytes, query.edns?.udpSize ?? 0);
    if (this.#transport === "tcp" || spec.request.transport === "udp" || bytes.length <= most) return bytes;
    const { response } = spec;
    const edns = query.edns === null ? null : response.edns;
    return encodeReply(
      { ...emptyReply(response.rcode), flags: [...response.flags, "truncated"], edns },
      query,
      question,
    );
  }

  #miss(request: DnsRequest, nearest: Extract<Take<DnsSpec>, { found: false }>["nearest"]): Step<DnsSpec> {
    return { do: "miss", miss: { protocol: "dns", asked: keyOf(request).asked, nearest } };
  }

  #send(message: Uint8Array): Step<DnsSpec> {
    return { do: "send", bytes: framed(message, this.#transport) };
  }
}

const emptyReply = (rcode: string): DnsReply => ({
  rcode,
  flags: ["recursionAvailable"],
  answers: [],
  authority: [],
  additional: [],
  edns: null,
});
