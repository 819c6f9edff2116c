/**
 * Listens to one connection: greeting, authentication, then commands and their answers in order. After bytes of the server
 * were lost it goes on with the client's next command, if nothing that was lost can have changed the connection and the
 * client waits for each answer; after other losses the rest stays unrecorded. Counterpart: `replay-session.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { Can, Form } from "./capabilities.ts";
import { Com, leaves } from "./commands.ts";
import { type Algorithm, Decompressor } from "./compression.ts";
import { Connection, type Request } from "./connection.ts";
import { decodeDone, decodeError, Head } from "./endings.ts";
import { decodeGreeting, decodeHello, type Greeting, type Hello, isTlsRequest } from "./greeting.ts";
import { type Packet, PacketReader } from "./packets.ts";
import { ReplyBuilder } from "./reply-builder.ts";
import type { MysqlSpec, Reply } from "./spec.ts";
import { StatementBuilder } from "./statement-builder.ts";
import { isWorthKeeping, reuseOf } from "./worth.ts";

type Steps = Step<MysqlSpec>[];

interface Asked {
  readonly payload: Uint8Array;
  readonly at: number;
  request: Request | null;
  builder: ReplyBuilder | StatementBuilder | null;
}

export class RecordSession implements Session<MysqlSpec> {
  readonly #client = new PacketReader();
  readonly #server = new PacketReader();
  readonly #isTls: boolean;
  #unpack: Readonly<Record<Side, Decompressor>> | null = null;
  #state: "greeting" | "hello" | "authentication" | "commands" | "lost" | "silent" = "greeting";
  #startedAt: number | null = null;
  #greeting: Greeting | null = null;
  #hello: Hello | null = null;
  #connection: Connection | null = null;
  #asked: Asked[] = [];
  /** The client has asked before it was answered. */
  #isPipelined = false;
  #isTlsAsked = false;

  constructor({ isTls }: Pick<Peer, "isTls"> = { isTls: false }) {
    this.#isTls = isTls;
  }

  start(): Steps {
    return [];
  }

  wake(): Steps {
    return [];
  }

  data({ from, bytes, at }: Chunk): Steps {
    const steps: Steps = [];
    if (this.#state === "silent") return steps;
    this.#startedAt ??= at;
    const pieces = this.#unpack === null ? [bytes] : this.#unpack[from].push(bytes);
    for (const piece of pieces) this.#read(from, piece, at, steps);
    return steps;
  }

  gap(from: Side): void {
    const isSafe = this.#state === "commands" || this.#state === "lost";
    const mayGoOn = isSafe && from === "server" && this.#unpack === null && !this.#isPipelined;
    const changes = this.#asked.some(({ request, builder }) => changesConnection(request, builder));
    this.#state = mayGoOn && !changes ? "lost" : "silent";
    this.#asked = [];
    this.#server.clear();
  }

  /** Its words may hold secrets: only the first is named. */
  end(): Steps {
    const spec = this.#state === "commands" ? this.#asked[0]?.request?.spec : null;
    this.#state = "silent";
    if (spec?.type !== "execution") return [];
    return [{ do: "unread", reason: `the answer to ${/[a-z]+/i.exec(spec.sql)?.[0] ?? "a statement"} broke off` }];
  }

  #read(from: Side, bytes: Uint8Array, at: number, steps: Steps): void {
    if (from === "server" && this.#state === "lost") return;
    const reader = from === "client" ? this.#client : this.#server;
    reader.push(bytes);
    for (;;) {
      if (this.#state === "silent") return;
      const packet = reader.next();
      if (packet === undefined) return;
      if (from === "client") this.#say(packet, at, steps);
      else this.#hear(packet.payload, at, steps);
    }
  }

  #say({ payload, first }: Packet, at: number, steps: Steps): void {
    if (this.#state === "greeting" || this.#state === "authentication") return;
    if (this.#state === "hello") return this.#greet(payload, steps);
    const [head] = this.#asked;
    if (head?.builder instanceof ReplyBuilder && head.builder.isFileAwaited) return head.builder.file(payload);
    // What a client proves itself by when it changes users.
    if (first !== 0 && head?.request?.command === Com.ChangeUser) return;
    if (first !== 0) throw new FormatError("format.bytes", `a command has the number ${first}`, "3");
    this.#state = "commands";
    this.#asked.push({ payload: payload.slice(), at, request: null, builder: null });
    if (this.#asked.length === 1) this.#begin(steps);
    else this.#isPipelined = true;
  }

  #greet(payload: Uint8Array, steps: Steps): void {
    if (!this.#isTlsAsked && isTlsRequest(payload)) {
      this.#isTlsAsked = true;
      steps.push({ do: "startTls", early: this.#client.rest() });
      return;
    }
    this.#hello = decodeHello(payload);
    this.#state = "authentication";
  }

  #hear(payload: Uint8Array, at: number, steps: Steps): void {
    switch (this.#state) {
      case "greeting":
        if (payload[0] === Head.Error) return this.#started(null, decodeError(payload), at, steps);
        this.#greeting = decodeGreeting(payload);
        this.#state = "hello";
        return;
      case "authentication":
        return this.#authenticate(payload, at, steps);
      case "commands":
        return this.#answer(payload, at, steps);
      default:
        this.#state = "silent";
    }
  }

  #authenticate(payload: Uint8Array, at: number, steps: Steps): void {
    const [greeting, hello] = [this.#greeting, this.#hello];
    if (greeting === null || hello === null) return;
    if (payload[0] === Head.Error) return this.#started(greeting, decodeError(payload), at, steps);
    if (payload[0] !== Head.Ok) return;
    const bits = greeting.capabilities & hello.capabilities;
    const form = new Form(bits);
    // Not sooner: a server may refuse who comes in clear, and the client comes back with TLS.
    if (!this.#isTlsAsked && !this.#isTls) steps.push({ do: "clear" });
    this.#started(greeting, { reply: "ok", ...decodeDone(payload, form) }, at, steps);
    this.#connection = new Connection(form, hello);
    this.#state = "commands";
    const algorithm = algorithmOf(bits);
    if (algorithm === null) return;
    this.#unpack = { client: new Decompressor(algorithm), server: new Decompressor(algorithm) };
    for (const from of ["client", "server"] as const) {
      const rest = (from === "client" ? this.#client : this.#server).rest();
      for (const piece of this.#unpack[from].push(rest)) this.#read(from, piece, at, steps);
    }
  }

  #started(greeting: Greeting | null, reply: Reply, at: number, steps: Steps): void {
    const { database = "", user = "" } = this.#hello ?? {};
    const spec = { type: "session", database, user, greeting, reply } as const;
    steps.push(emit(spec, this.#startedAt ?? at, at, "repeat"));
    this.#state = "silent";
  }

  /** Reads the next command, which may have to know what the one before it gave. */
  #begin(steps: Steps): void {
    for (;;) {
      const [head] = this.#asked;
      const connection = this.#connection;
      if (head === undefined || connection === null) return;
      const reason = leaves(head.payload[0] ?? 0);
      if (reason !== undefined) {
        this.#state = "silent";
        steps.push({ do: "unread", reason });
        return;
      }
      const request = connection.ask(head.payload);
      head.request = request;
      const { answer } = request;
      if (answer !== "nothing") {
        const known = request.statement?.columns ?? [];
        head.builder = answer === "prepare" ? new StatementBuilder(connection.form) : new ReplyBuilder(answer, connection.form, known); // prettier-ignore
        return;
      }
      this.#asked.shift();
    }
  }

  #answer(payload: Uint8Array, at: number, steps: Steps): void {
    const [head] = this.#asked;
    const connection = this.#connection;
    if (head === undefined || connection === null || head.request === null || head.builder === null) {
      // A server that ends a connection says so unasked.
      this.#state = "silent";
      return;
    }
    const { request, builder } = head;
    if (request.command === Com.ChangeUser && payload[0] !== Head.Ok && payload[0] !== Head.Error) return;
    if (builder.take(payload) !== "done") return;
    this.#asked.shift();
    if (builder instanceof StatementBuilder) this.#prepared(head, builder, at, steps);
    else this.#replied(head, request, builder.replies, at, steps);
    this.#begin(steps);
  }

  #prepared(head: Asked, builder: StatementBuilder, at: number, steps: Steps): void {
    const asked = head.request?.spec;
    if (asked?.type !== "statement") return;
    const spec = { ...asked, ...builder.described };
    if (spec.error === null)
      this.#connection?.statements.add(spec.number, spec.sql, spec.parameters.length, spec.columns); // prettier-ignore
    else this.#connection?.statements.fail();
    steps.push(emit(spec, head.at, at, "repeat"));
  }

  #replied({ at: startedAt }: Asked, request: Request, replies: readonly Reply[], at: number, steps: Steps): void {
    const { spec } = request;
    this.#connection?.answered(request, replies);
    if (spec === null || spec.type === "statement") return;
    const finished = { ...spec, replies };
    if (isWorthKeeping(request.command, finished)) steps.push(emit(finished, startedAt, at, reuseOf(finished)));
  }
}

function algorithmOf(bits: bigint): Algorithm | null {
  if ((bits & Can.Compress) !== 0n) return "zlib";
  return (bits & Can.Zstd) !== 0n ? "zstd" : null;
}

/** What was asked when its answer was lost may have left the connection another. */
function changesConnection(request: Request | null, builder: Asked["builder"]): boolean {
  if (request === null) return true;
  const { spec, command } = request;
  if (spec === null || spec.type !== "execution" || command === Com.ChangeUser) return true;
  const isFileDue = builder instanceof ReplyBuilder && builder.isFileAwaited;
  return isFileDue || spec.isCursor || !/^\s*(?:select|insert|update|delete|replace)\b/i.test(spec.sql);
}

const emit = (
  spec: MysqlSpec,
  startedAt: number,
  endedAt: number,
  reuse: Exchange<MysqlSpec>["reuse"],
): Step<MysqlSpec> => ({ do: "emit", exchange: { spec, startedAt, endedAt, reuse } });
