/**
 * Listens to one connection: start-up, then rounds. After lost bytes it finds the next border between rounds, which a
 * ReadyForQuery at the end of a chunk marks for clients that wait for each answer; of clients that do not wait, and of a
 * start-up that was not seen whole, the rest stays unrecorded.
 *
 * What one side says behind a request for encryption or its answer is never taken for a part of what TLS protects
 * (CVE-2021-23214, CVE-2021-23222): it is handed on as the first bytes of TLS, which they are or which fails.
 */
import { FormatError } from "../../core/errors.ts";
import type { Exchange } from "../../core/exchange.ts";
import { passwordsIn } from "../../core/passwords.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import { backTypes, Back, decodeBack, type Status } from "./backend.ts";
import { Front, decodeFront, frontTypes } from "./frontend.ts";
import { type Frame, MessageReader } from "./message-reader.ts";
import { RecordRound } from "./record-round.ts";
import { StartupRecord } from "./record-startup.ts";
import { ScramBridge } from "./scram-bridge.ts";
import type { PostgresSpec } from "./spec.ts";
import { decodeStartup } from "./startup-packet.ts";

type Steps = Step<PostgresSpec>[];

const Answer = { Tls: 0x53 /* S */, Gss: 0x47 /* G */, No: 0x4e /* N */, Error: 0x45 /* E */ } as const;
const HANDSHAKE_RECORD = 0x16;
const AUTHENTICATION_OK = 0;
const READY_LENGTH = 6;

export class RecordSession implements Session<PostgresSpec> {
  readonly #client = new MessageReader({ types: frontTypes, streamed: new Set([Front.CopyData]), untyped: true });
  readonly #server = new MessageReader({
    types: backTypes,
    streamed: new Set([Back.DataRow, Back.CopyData]),
    untyped: false,
  });
  readonly #startup: StartupRecord;
  #round: RecordRound | null = null;
  /** A request for encryption waits for its one byte. */
  #awaited = 0;
  #refusedAt = 0;
  #waiting: Frame | undefined;
  #state: "reading" | "lost" | "silent" = "reading";
  #tail = new Uint8Array(0);
  /** A CopyData message of the client that is not whole yet. */
  #copyPieces: Uint8Array[] = [];

  readonly #surroundings: readonly string[] | undefined;
  /** While it authenticates, inside TLS that we terminate. */
  #bridge: ScramBridge | null = null;

  constructor({ isTls, surroundings }: Pick<Peer, "isTls" | "surroundings"> = { isTls: false }) {
    this.#startup = new StartupRecord(isTls ? "tls" : "none");
    this.#surroundings = surroundings;
    if (isTls) this.#secured();
  }

  start(): Steps {
    return [];
  }

  wake(): Steps {
    return [];
  }

  data(chunk: Chunk): Steps {
    const steps: Steps = this.#bridge?.pass(chunk) ?? [];
    if (this.#bridge?.isOver) this.#bridge = null;
    if (this.#state === "silent") return steps;
    if (this.#state === "lost") return this.#resync(chunk);
    if (chunk.from === "client") this.#readClient(chunk, steps);
    else this.#readServer(chunk, steps);
    this.#emit(steps);
    return steps;
  }

  gap(): void {
    const round = this.#round;
    this.#state = round === null || round.isPipelined || this.#state === "silent" ? "silent" : "lost";
    for (const reader of [this.#client, this.#server]) reader.clear();
    this.#waiting = undefined;
    this.#copyPieces = [];
    this.#tail = new Uint8Array(0);
    round?.forget("I");
  }

  end(from: Side): Steps {
    const steps: Steps = [];
    if (this.#state !== "reading") return steps;
    // A client that does not know yet may still ask, and is answered by what it finds.
    if (from === "server" && (this.#round?.lastWord ?? null) !== null) return steps;
    this.#state = "silent";
    const { encryption, startedAt } = this.#startup;
    if (this.#client.untyped && encryption === "refused" && startedAt !== null) {
      const endedAt = this.#refusedAt;
      steps.push({ do: "emit", exchange: { spec: this.#startup.finish(), startedAt, endedAt, reuse: "repeat" } });
    }
    const due = this.#round?.due() ?? null;
    this.#round?.end();
    this.#emit(steps);
    if (due !== null && steps.length === 0) steps.push({ do: "unread", reason: `the answer to ${due} broke off` });
    return steps;
  }

  /** A client may bind what follows to our certificate. Who reads a journal knows no surroundings, and changes nothing. */
  #secured(): void {
    if (this.#surroundings !== undefined) this.#bridge = new ScramBridge(passwordsIn(this.#surroundings));
  }

  #emit(steps: Steps): void {
    for (const exchange of this.#round?.take() ?? []) steps.push({ do: "emit", exchange });
  }

  #readClient(chunk: Chunk, steps: Steps): void {
    this.#client.push(chunk.bytes);
    this.#hear(chunk.at, steps);
    this.#pump(chunk.at, steps);
  }

  /** Takes what the client said, as far as it is known how the server answered its request for encryption. */
  #hear(at: number, steps: Steps): void {
    while (this.#awaited === 0 && this.#state === "reading") {
      const frame = this.#client.next();
      if (frame === undefined) return;
      if (frame.run !== null) this.#round?.ask(this.#copyPart(frame.run.bytes, at));
      else if (this.#client.untyped) this.#startUp(frame.body, at, steps);
      else if (frame.type === Front.Password) this.#startup.answered(frame.body);
      else if (this.#round !== null) this.#round.ask({ ...decodeFront(frame.type, frame.body), at });
    }
    if (this.#awaited > 0 && this.#client.peek() === HANDSHAKE_RECORD) {
      this.#state = "silent";
      steps.push({ do: "unread", reason: "TLS that began before the PostgreSQL server had agreed to it" });
    }
  }

  /** A client's copy data is taken out of its messages, since how it was cut into them means nothing. */
  #copyPart(run: Uint8Array, at: number): Parameters<RecordRound["ask"]>[0] {
    const bytes = joinBytes([...this.#copyPieces, run]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const contents: Uint8Array[] = [];
    let offset = 0;
    while (bytes.length - offset >= 5) {
      const whole = 1 + view.getInt32(offset + 1);
      if (whole > bytes.length - offset) break;
      contents.push(bytes.subarray(offset + 5, offset + whole));
      offset += whole;
    }
    this.#copyPieces = offset === bytes.length ? [] : [bytes.subarray(offset)];
    return { message: "copyData", contents, at };
  }

  #startUp(body: Uint8Array, at: number, steps: Steps): void {
    const packet = decodeStartup(body);
    this.#startup.startedAt ??= at;
    if (packet.message === "cancel") {
      this.#state = "silent";
      steps.push({ do: "close", reason: "a cancel request" });
    } else if (packet.message === "startup") {
      this.#startup.asked(packet);
      this.#client.untyped = false;
    } else {
      this.#awaited++;
    }
  }

  #readServer(chunk: Chunk, steps: Steps): void {
    const { bytes, at } = chunk;
    if (this.#awaited === 0) this.#server.push(bytes);
    else if (bytes.length > 0) {
      this.#awaited--;
      this.#refusedAt = at;
      this.#answered(bytes, steps);
      this.#hear(at, steps);
    }
    this.#pump(at, steps);
  }

  #answered(bytes: Uint8Array, steps: Steps): void {
    const byte = bytes[0] ?? 0;
    const early = bytes.subarray(1);
    if (byte === Answer.No) {
      this.#startup.encryption = "refused";
      this.#server.push(early);
    } else if (byte === Answer.Tls) {
      this.#startup.encryption = "tls";
      this.#secured();
      steps.push({ do: "startTls", early });
    } else if (byte === Answer.Error) {
      this.#state = "silent";
      steps.push({ do: "close", reason: "the server answered a request for encryption with an error" });
    } else if (byte === Answer.Gss) {
      this.#state = "silent";
      steps.push({ do: "unread", reason: "PostgreSQL encrypted by GSSAPI" });
    } else {
      throw new FormatError("format.bytes", `0x${byte.toString(16)} answers no request for encryption`, "0");
    }
  }

  /** Takes what the server said, as far as it is known what it answers. */
  #pump(at: number, steps: Steps): void {
    for (;;) {
      const frame = this.#waiting ?? this.#server.next();
      this.#waiting = undefined;
      if (frame === undefined || this.#state !== "reading") return;
      const round = this.#round;
      if (round === null) this.#starting(frame, at, steps);
      else if (!this.#take(round, frame, at, steps)) {
        this.#waiting = frame;
        return;
      }
    }
  }

  /** False where the question to this answer has not been seen yet. */
  #take(round: RecordRound, frame: Frame, at: number, steps: Steps): boolean {
    if (frame.run !== null) {
      if (!round.isWaiting) return false;
      round.run(frame.type === Back.DataRow ? "rows" : "copyData", frame.run.bytes, at);
      return true;
    }
    const back = decodeBack(frame.type, frame.body);
    const isAside = back.message === "notice" || back.message === "notification" || back.message === "parameter";
    if (!isAside && back.message !== "error" && !round.isWaiting) return false;
    if (back.message === "copyBoth") {
      this.#state = "silent";
      steps.push({ do: "unread", reason: "a PostgreSQL replication stream" });
      return true;
    }
    round.answer(back, at);
    return true;
  }

  #starting(frame: Frame, at: number, steps: Steps): void {
    if (frame.run !== null || this.#client.untyped) {
      throw new FormatError("format.bytes", "the server speaks before a PostgreSQL connection has begun", "0");
    }
    const back = decodeBack(frame.type, frame.body);
    const refused = back.message === "error";
    // Not sooner: a server that wants TLS refuses the start-up message, and `sslmode=allow` then comes back with it.
    if (back.message === "authentication" && back.method === AUTHENTICATION_OK) steps.push({ do: "clear" });
    if (back.message !== "ready") {
      if (!this.#startup.told(back)) throw new FormatError("format.bytes", `"${back.message}" begins nothing`, "type");
      if (!refused) return;
    }
    const { startedAt, database, user } = this.#startup;
    const exchange: Exchange<PostgresSpec> = {
      spec: this.#startup.finish(),
      startedAt: startedAt ?? at,
      endedAt: at,
      reuse: "repeat",
    };
    steps.push({ do: "emit", exchange });
    if (back.message === "ready") this.#round = new RecordRound({ database, user }, back.status);
    else this.#state = "silent";
  }

  #resync(chunk: Chunk): Steps {
    if (chunk.from === "client") return [];
    this.#tail = joinBytes([this.#tail, chunk.bytes.subarray(-READY_LENGTH)]).slice(-READY_LENGTH);
    const status = readyStatus(this.#tail);
    if (status === null) return [];
    this.#tail = new Uint8Array(0);
    this.#state = "reading";
    this.#round?.forget(status);
    return [];
  }
}

/** The status, where these bytes are a ReadyForQuery and no more. */
function readyStatus(tail: Uint8Array): Status | null {
  if (tail.length !== READY_LENGTH || tail[0] !== Back.ReadyForQuery) return null;
  if (tail[1] !== 0 || tail[2] !== 0 || tail[3] !== 0 || tail[4] !== 5) return null;
  const status = String.fromCharCode(tail[5] ?? 0);
  return status === "I" || status === "T" || status === "E" ? status : null;
}
