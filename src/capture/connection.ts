/**
 * What reassembly keeps of one flow: its two directions in order, whether it has been told of, and by which hooks its
 * packets were seen. A packet of one side that is seen both leaving and arriving has both ends in the app.
 */
import type { Side } from "../core/protocol.ts";
import type { Act } from "./act.ts";
import type { Closing, Flow, FlowEnd, FlowEvent } from "./flow-events.ts";
import { Sequence } from "./sequence.ts";

const FIN = 1;

/** A piece that the app sends. */
interface Write {
  readonly seq: number;
  readonly length: number;
  readonly at: number;
}

/** What is known of a flow from its first record. */
export interface Sighted {
  readonly id: string;
  readonly direction: "incoming" | "outgoing";
  readonly client: FlowEnd;
  readonly server: FlowEnd;
  readonly transport: "tcp" | "udp";
  readonly at: number;
  readonly budgetBytes: number;
}

export class Connection {
  readonly flow: Flow & { internal: boolean };
  readonly client: Sequence;
  readonly server: Sequence;
  /** The client's first sequence number, where the SYN was seen. */
  clientStart: number | null = null;
  isClosed = false;
  /** What the proxy tells from here on is what TLS protects: bytes have other numbers than as the app sent them. */
  isSealed = false;
  /** The numbers of the next bytes as the tap will see them, from its first segment on. */
  onward: Readonly<Record<Side, number>> | null = null;
  /** Takes the flow out of the table. */
  forget = (): void => {};
  /** Takes it out as what the tap tells of, where it went on without the proxy. */
  staysHere = (): void => {};
  readonly #openedAt: number;
  readonly #tell: (event: FlowEvent) => void;
  readonly #hooks = { client: 0, server: 0 };
  readonly #finished = new Set<Side>();
  /** Of what the app sends as a client, the piece that is being told and those that follow. */
  #writes: Write[] = [];
  /** Of what the tap will tell of when it goes on. */
  #writesOnward: Write[] = [];
  /** When the app has acted last. */
  #actedAt = -Infinity;
  #isOpen = false;

  constructor(
    { id, direction, client, server, transport, at, budgetBytes }: Sighted,
    tell: (event: FlowEvent) => void,
  ) {
    this.flow = { id, direction, client, server, transport, internal: false };
    this.#openedAt = at;
    this.#tell = tell;
    this.client = this.#sequence("client", budgetBytes);
    this.server = this.#sequence("server", budgetBytes);
  }

  /** Notes by which hook (`Direction`) a packet of that side was seen. */
  sight(from: Side, hook: number, at: number): void {
    this.#hooks[from] |= 1 << hook;
    if (this.#hooks[from] !== 3 || this.flow.internal) return;
    if (this.#isOpen) this.close("cut", at);
    this.flow.internal = true;
    this.isClosed = false;
  }

  /** A segment of an internal flow; whether it ends the flow: a reset, or the second FIN. `last` are those flags, if any. */
  passInternal(from: Side, last: number, at: number): boolean {
    this.tell({ type: "close", flow: this.flow, how: "cut", at });
    if (last === 0 || this.isClosed) return false;
    this.#finished.add(from);
    this.isClosed = last !== FIN || this.#finished.size === 2;
    return this.isClosed;
  }

  /** The first segment that the tap saw of it: numbers are the tap's from here on. */
  goOn(at: number): void {
    if (this.onward === null) return;
    this.client.goOnAt(this.onward.client, at);
    this.server.goOnAt(this.onward.server, at);
    this.onward = null;
    [this.#writes, this.#writesOnward] = [this.#writesOnward, []];
  }

  /** Tells an event, after `open`; of an internal flow nothing else is told. */
  tell(event: FlowEvent): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#tell({ type: "open", flow: this.flow, at: this.#openedAt });
    }
    if (!this.flow.internal) this.#tell(event);
  }

  /** Somebody of the app's end acts. What it sends has not been seen yet; by its numbers it is found again in what is told. */
  act(act: Act, actedAt: number, isTapped: boolean): void {
    if (this.isClosed || this.flow.internal) return;
    // Pieces that leave at once may have one time, as a number of milliseconds since 1970 can tell it. Theirs must differ.
    const at = Math.max(actedAt, this.#actedAt * (1 + Number.EPSILON));
    this.#actedAt = at;
    this.#tell({ type: "act", flow: this.flow, act, at });
    if (act.does !== "send" || this.flow.direction !== "outgoing") return;
    const { seq, first, length } = act;
    if (isTapped) put(this.onward === null ? this.#writes : this.#writesOnward, { seq, length, at });
    else if (!this.isSealed && this.clientStart !== null)
      put(this.#writes, { seq: (this.clientStart + 1 + seq - first) >>> 0, length, at });
  }

  /** Nothing more comes: delivers what is held, and says how it ended. */
  close(how: Closing, at: number): void {
    if (this.isClosed) return;
    if (!this.flow.internal) {
      this.client.flush(at);
      this.server.flush(at);
    }
    // The last FIN may just have closed it.
    if (this.isClosed) return;
    this.isClosed = true;
    this.tell({ type: "close", flow: this.flow, how, at });
  }

  #sequence(from: Side, budgetBytes: number): Sequence {
    const { flow } = this;
    const sequence: Sequence = new Sequence(budgetBytes, {
      bytes: (bytes, at) => this.#deliver(from, sequence.next - bytes.length, bytes, at),
      gap: (length, at) => this.tell({ type: "gap", flow, from, length, at }),
      end: (at) => {
        this.tell({ type: "end", flow, from, at });
        if (this.client.hasEnded && this.server.hasEnded) this.close("ended", at);
      },
    });
    return sequence;
  }

  /** What the app sends as a client is told by the pieces in which it was sent. */
  #deliver(from: Side, seq: number, bytes: Uint8Array, at: number): void {
    const { flow } = this;
    // A copy: the batch is used again, and a view would keep all of it alive.
    const tell = (piece: Uint8Array, pieceAt: number) =>
      this.tell({ type: "chunk", flow, from, bytes: piece.slice(), at: pieceAt });
    if (from === "server" || this.isSealed || this.#writes.length === 0) return tell(bytes, at);
    const startOf = (write: Write | undefined) => (write === undefined ? Infinity : (write.seq - seq) | 0);
    for (let done = 0; done < bytes.length;) {
      while (startOf(this.#writes[1]) <= done) this.#writes.shift();
      const [writing, following] = this.#writes;
      const isBegun = writing !== undefined && startOf(writing) <= done;
      const last = isBegun ? startOf(writing) + writing.length : Infinity;
      const isWriting = isBegun && last > done;
      // What nobody was seen to send, since that found no room, is told by the packet.
      const end = Math.min(bytes.length, startOf(isBegun ? following : writing), isWriting ? last : Infinity);
      tell(bytes.subarray(done, end), isWriting ? writing.at : at);
      done = end;
    }
  }
}

/** What finds no room at once is sent again: by whoever was first to send it. */
function put(writes: Write[], write: Write): void {
  const last = writes.at(-1);
  const ahead = last === undefined ? 1 : (write.seq + write.length - last.seq - last.length) | 0;
  if (ahead > 0) writes.push(write);
}
