/**
 * Stands in for a MySQL server on one connection. Greeting, authentication, pings and resets are made up; statements are
 * prepared under numbers of this connection's own; answers come from the pool. A miss is an error packet, and the
 * connection stays. Counterpart: `record-session.ts`.
 */
import type { Pool } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Step } from "../../core/protocol.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { Form } from "./capabilities.ts";
import { Com, isSetUp } from "./commands.ts";
import { Connection, type Request } from "./connection.ts";
import { differences } from "./differences.ts";
import { encodeError, PLAIN_DONE, Status } from "./endings.ts";
import { decodeHello, encodeGreeting, type Greeting, type Hello, isTlsRequest, judged } from "./greeting.ts";
import { executionShape, keyOf } from "./key.ts";
import { type Packet, packets, PacketReader } from "./packets.ts";
import { describe } from "./replay-statement.ts";
import { authenticate, CHALLENGE, greetingFor, receptionOf } from "./replay-welcome.ts";
import { fileRequest, PacketWriter, writeReplies, writeStatement } from "./reply-bytes.ts";
import type { Column, Command, Execution, MysqlSpec, Reply } from "./spec.ts";

type Steps = Step<MysqlSpec>[];

const JOINED_MOST = 1 << 20;
/** The bits of a status that outlive a command. */
const LASTING = Status.InTransaction | Status.Autocommit;
const MISSED = 1105;
const PROVEN = { is: "in", before: null } as const;
const UNKNOWN_STATEMENT = {
  code: 1243,
  state: "HY000",
  message: "Unknown prepared statement handler given to reprise",
};

export class ReplaySession implements Session<MysqlSpec> {
  readonly #peer: Peer;
  readonly #pool: Pool<MysqlSpec>;
  readonly #protocol: string;
  readonly #client = new PacketReader();
  #greeting: Greeting | null = null;
  /** A client that was asked to switch to that plug-in, or that was given the key and proves itself next. */
  #proving: { readonly hello: Hello; readonly by: "switch" | "key" } | null = null;
  #connection: Connection | null = null;
  #status: number = Status.Autocommit;
  /** A client sends a file before its request can be answered. */
  #file: { readonly request: Request; readonly spec: Execution; readonly name: Word; readonly pieces: Uint8Array[] } | null = null; // prettier-ignore
  #isClosed = false;

  constructor(options: { peer: Peer; pool: Pool<MysqlSpec>; protocol: string }) {
    this.#peer = options.peer;
    this.#pool = options.pool;
    this.#protocol = options.protocol;
  }

  start(): Steps {
    const greeting = greetingFor(this.#pool, this.#peer.isTls);
    if ("reply" in greeting) {
      this.#isClosed = true;
      const bytes = packets(encodeError(greeting), 0);
      return [
        { do: "send", bytes },
        { do: "close", reason: "the server refused when it was recorded" },
      ];
    }
    this.#greeting = greeting;
    return [{ do: "send", bytes: packets(encodeGreeting(greeting, CHALLENGE), 0) }];
  }

  wake(): Steps {
    return [];
  }

  gap(): void {}

  end(): Steps {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    return [{ do: "close", reason: "the client is done" }];
  }

  data({ from, bytes }: Chunk): Steps {
    const steps: Steps = [];
    if (this.#isClosed || from === "server") return steps;
    this.#client.push(bytes);
    for (let packet = this.#client.next(); packet !== undefined; packet = this.#client.next()) {
      if (this.#connection === null) this.#greet(packet, steps);
      else if (this.#file !== null) this.#filePiece(this.#connection, packet, steps);
      else this.#command(this.#connection, packet, steps);
      if (this.#isClosed) break;
    }
    return steps;
  }

  #greet({ payload, sequence }: Packet, steps: Steps): void {
    const greeting = this.#greeting;
    if (greeting === null) return;
    const before = this.#proving;
    if (before === null && isTlsRequest(payload)) {
      steps.push({ do: "startTls", early: this.#client.rest() });
      return;
    }
    const hello = before === null ? decodeHello(payload) : { ...before.hello, ...judged(payload) };
    const isProven = before?.by === "key";
    const turn = isProven ? PROVEN : authenticate(hello, before === null ? greeting.plugin : null);
    const writer = new PacketWriter(sequence);
    if (turn.is !== "in") {
      this.#proving = { hello: turn.is === "key" ? hello : { ...hello, plugin: turn.plugin }, by: turn.is };
      writer.packet(turn.packet);
      return send(writer, steps);
    }
    if (turn.before !== null) writer.packet(turn.before);
    const form = new Form(greeting.capabilities & hello.capabilities);
    const reply = receptionOf(this.#pool, hello);
    writeReplies(writer, [reply], { form, known: [], isListed: false });
    send(writer, steps);
    if (reply.reply === "error") return this.#close("the server refused this user when it was recorded", steps);
    this.#note([reply]);
    this.#connection = new Connection(form, hello);
  }

  #command(connection: Connection, { payload, sequence }: Packet, steps: Steps): void {
    const request = connection.ask(payload);
    const { command, answer, spec } = request;
    if (command === Com.Quit) return this.#close("the client says good-bye", steps);
    if (answer === "nothing") return;
    const writer = new PacketWriter(sequence);
    if (spec === null) writer.packet(encodeError(UNKNOWN_STATEMENT));
    else if (spec.type === "statement") this.#prepare(connection, spec.sql, writer, steps);
    else if (spec.type === "command" && isSetUp(command)) this.#setUp(connection, request, spec, writer);
    else if (spec.type === "execution" && this.#asksFile(request, spec, writer)) return send(writer, steps);
    else this.#take(connection, request, spec, writer, steps);
    send(writer, steps);
  }

  #prepare(connection: Connection, sql: string, writer: PacketWriter, steps: Steps): void {
    const found = describe(this.#pool, connection.identity, sql);
    if ("miss" in found) {
      const { asked, nearest } = found.miss;
      steps.push({ do: "miss", miss: { protocol: this.#protocol, asked, nearest } });
      connection.statements.fail();
      return writer.packet(refusal(asked));
    }
    const number = connection.statements.free(found.number);
    if (found.error === null) connection.statements.add(number, sql, found.parameters.length, found.columns);
    else connection.statements.fail();
    for (const { status } of found.ends) this.#status = status & LASTING;
    writeStatement(writer, found, number, connection.form);
  }

  /** As recorded where that said anything of its own. */
  #setUp(connection: Connection, request: Request, spec: Command, writer: PacketWriter): void {
    const { text, shape } = keyOf(spec);
    const reply = request.command === Com.SetOption ? "end" : "ok";
    const isFresh = request.command === Com.ResetConnection || request.command === Com.ChangeUser;
    if (isFresh) this.#status = Status.Autocommit;
    let replies: readonly Reply[] = [{ ...PLAIN_DONE, reply, status: this.#status }];
    for (const each of this.#pool.recall(shape)) {
      if (each.type !== "command" || keyOf(each).text !== text) continue;
      replies = each.replies;
      break;
    }
    this.#answer(connection, { request, spec, replies }, writer);
  }

  /** Whether the recorded server asked for a file first: which answer it is shows only when that is there. */
  #asksFile(request: Request, spec: Execution, writer: PacketWriter): boolean {
    if (!/^\s*(?:\/\*(?:(?!\*\/)[^])*\*\/\s*)*load\s/i.test(spec.sql)) return false;
    for (const each of this.#pool.recall(executionShape(spec))) {
      const [first] = each.type === "execution" && each.sql === spec.sql ? each.replies : [];
      if (first?.reply !== "file") continue;
      this.#file = { request, spec, name: first.file, pieces: [] };
      writer.packet(fileRequest(first.file));
      return true;
    }
    return false;
  }

  #filePiece(connection: Connection, { payload, sequence }: Packet, steps: Steps): void {
    const open = this.#file;
    if (open === null) return;
    if (payload.length > 0) return void open.pieces.push(payload.slice());
    this.#file = null;
    const { request, name, pieces } = open;
    const file = { reply: "file", file: name, sent: joinBytes(pieces) } as const;
    const writer = new PacketWriter(sequence);
    this.#take(connection, request, { ...open.spec, replies: [file] }, writer, steps);
    send(writer, steps);
  }

  #take(
    connection: Connection,
    request: Request,
    spec: Exclude<Request["spec"], null>,
    writer: PacketWriter,
    steps: Steps,
  ): void {
    // prettier-ignore
    const key = keyOf(spec);
    const take = this.#pool.take({ key, differs: (recorded) => differences(recorded, spec), similarity: null });
    if (take.found && "replies" in take.spec) {
      return this.#answer(connection, { request, spec, replies: take.spec.replies }, writer);
    }
    const nearest = take.found ? null : take.nearest;
    steps.push({ do: "miss", miss: { protocol: this.#protocol, asked: key.asked, nearest } });
    writer.packet(refusal(key.asked));
  }

  #answer(connection: Connection, answer: Answering, writer: PacketWriter): void {
    const { request, replies } = answer;
    const known: readonly Column[] = request.statement?.columns ?? [];
    const isListed = request.answer === "fields";
    // A file has been asked for before.
    const left = replies[0]?.reply === "file" && this.#isFileSent(answer) ? replies.slice(1) : replies;
    writeReplies(writer, left, { form: connection.form, known, isListed });
    this.#note(replies);
    connection.answered(request, replies);
  }

  #isFileSent({ spec }: Answering): boolean {
    return "replies" in spec && spec.replies[0]?.reply === "file";
  }

  #note(replies: readonly Reply[]): void {
    for (const each of replies) if (each.reply === "ok" || each.reply === "end") this.#status = each.status & LASTING;
  }

  #close(reason: string, steps: Steps): void {
    this.#isClosed = true;
    steps.push({ do: "close", reason });
  }
}

interface Answering {
  readonly request: Request;
  readonly spec: Exclude<Request["spec"], null>;
  readonly replies: readonly Reply[];
}

function refusal(asked: string): Uint8Array {
  return encodeError({ code: MISSED, state: "HY000", message: `reprise: nothing recorded answers ${asked}` });
}

/** Small pieces in one. */
function send({ pieces }: PacketWriter, steps: Steps): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === 0) return;
  if (length > JOINED_MOST) for (const bytes of pieces) steps.push({ do: "send", bytes });
  else steps.push({ do: "send", bytes: joinBytes(pieces) });
}
