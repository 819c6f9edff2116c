/**
 * Stands in for a PostgreSQL server on one connection. Names of statements and portals and the state of the transaction
 * are kept here; answers come from the pool. After an error in the extended protocol everything up to Sync is skipped,
 * as the server does, so that a miss leaves the connection usable.
 */
import type { Miss } from "../../core/exchange.ts";
import { passwordsIn } from "../../core/passwords.ts";
import type { Pool } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Step } from "../../core/protocol.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import { encodeBack } from "./backend.ts";
import { Front, decodeFront, frontTypes } from "./frontend.ts";
import { type Frame, MessageReader } from "./message-reader.ts";
import { type AuthenticationTurn, demandsAuthentication, ReplayAuthentication, unprovable } from "./replay-authentication.ts"; // prettier-ignore
import { type Greeting, greet, leavesWithoutTls } from "./replay-startup.ts";
import { ReplayRound } from "./replay-round.ts";
import type { PostgresSpec } from "./spec.ts";
import { decodeStartup } from "./startup-packet.ts";

type Steps = Step<PostgresSpec>[];

const encoder = new TextEncoder();
const JOINED_MOST = 1 << 20;

export class ReplaySession implements Session<PostgresSpec> {
  readonly #peer: Peer;
  readonly #pool: Pool<PostgresSpec>;
  readonly #protocol: string;
  readonly #client = new MessageReader({ types: frontTypes, streamed: new Set([Front.CopyData]), untyped: true });
  #round: ReplayRound | null = null;
  #isClosed = false;
  /** A client is being asked who it is, and is greeted then. */
  #asking: { readonly authentication: ReplayAuthentication; readonly greeting: Greeting } | null = null;
  /** A request for TLS was refused, and the client has not gone on in clear. */
  #isTlsWanted = false;

  constructor(options: { peer: Peer; pool: Pool<PostgresSpec>; protocol: string }) {
    this.#peer = options.peer;
    this.#pool = options.pool;
    this.#protocol = options.protocol;
  }

  start(): Steps {
    return [];
  }

  data(chunk: Chunk): Steps {
    if (this.#isClosed || chunk.from === "server") return [];
    this.#client.push(chunk.bytes);
    return this.#read();
  }

  wake(): Steps {
    if (this.#isClosed) return [];
    if (this.#round?.isWaiting) this.#round.resume();
    else this.#round?.push();
    return this.#read();
  }

  #read(): Steps {
    const steps: Steps = [];
    while (!this.#isClosed && this.#round?.isWaiting !== true) {
      const frame = this.#client.next();
      if (frame === undefined) break;
      if (this.#round !== null) this.#take(this.#round, frame, steps);
      else if (frame.run === null && this.#client.untyped) this.#startUp(frame.body, steps);
      else if (frame.type === Front.Password && this.#asking !== null && frame.body !== null) {
        this.#authenticate(this.#asking.authentication.answer(frame.body), this.#asking.greeting, steps);
      }
    }
    this.#send(steps);
    return steps;
  }

  gap(): void {}

  end(): Steps {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    const steps: Steps = [{ do: "close", reason: "the client is done" }];
    const isMissed = this.#isTlsWanted && !leavesWithoutTls(this.#pool);
    return isMissed ? [{ do: "miss", miss: this.#tlsMiss() }, ...steps] : steps;
  }

  #startUp(body: Uint8Array, steps: Steps): void {
    const packet = decodeStartup(body);
    if (packet.message === "cancel") return this.#close("a cancel request has no answer", steps);
    if (packet.message === "ssl" && this.#peer.isTls) {
      steps.push({ do: "send", bytes: encoder.encode("S") }, { do: "startTls", early: this.#client.rest() });
    } else if (packet.message !== "startup") {
      this.#isTlsWanted ||= packet.message === "ssl";
      steps.push({ do: "send", bytes: encoder.encode("N") });
    } else {
      this.#isTlsWanted = false;
      const greeting = greet(packet, this.#pool, this.#peer);
      this.#client.untyped = false;
      if (greeting.opening.length > 0) steps.push({ do: "send", bytes: greeting.opening });
      const { surroundings = [] } = this.#peer;
      if (!greeting.isOpen || !demandsAuthentication(surroundings)) return this.#greet(greeting, steps);
      const { connection, isTls } = this.#peer;
      const passwords = passwordsIn(surroundings);
      const authentication = new ReplayAuthentication({
        method: greeting.authentication,
        passwords,
        connection,
        isTls,
      });
      this.#asking = { authentication, greeting };
      this.#authenticate(authentication.start(), greeting, steps);
    }
  }

  #authenticate(turn: AuthenticationTurn, greeting: Greeting, steps: Steps): void {
    if (turn.is === "failed") {
      const [asked, code] = [unprovable, "28P01"];
      const fields = Object.entries({ S: "FATAL", V: "FATAL", C: code, M: asked });
      steps.push({ do: "send", bytes: encodeBack({ message: "error", fields }) });
      steps.push({ do: "miss", miss: { protocol: this.#protocol, asked, nearest: null } });
      return this.#close(asked, steps);
    }
    if (turn.bytes.length > 0) steps.push({ do: "send", bytes: turn.bytes });
    if (turn.is === "done") this.#greet(greeting, steps);
  }

  #greet({ bytes, database, user, isOpen }: Greeting, steps: Steps): void {
    this.#asking = null;
    steps.push({ do: "send", bytes });
    if (!isOpen) return this.#close("the server refused the connection when it was recorded", steps);
    this.#round = new ReplayRound({ database, user }, this.#pool, this.#protocol);
  }

  #take(round: ReplayRound, frame: Frame, steps: Steps): void {
    if (frame.run !== null) round.copyData(frame.run.bytes);
    else if (frame.type === Front.Terminate) this.#close("the client says good-bye", steps);
    else if (frame.type !== Front.Password) {
      round.take(decodeFront(frame.type, frame.body));
      if (round.isFatal) this.#close("the server ended the connection when it was recorded", steps);
    }
  }

  /** A client that takes no refusal says so by leaving. */
  #tlsMiss(): Miss {
    const { host, port } = this.#peer;
    const asked = `TLS (SSLRequest) to ${host}:${port}, which was recorded in clear text: set sslmode as it was, or record again`;
    return { protocol: this.#protocol, asked, nearest: null };
  }

  #close(reason: string, steps: Steps): void {
    this.#send(steps);
    this.#isClosed = true;
    steps.push({ do: "close", reason });
  }

  /** What the round has said so far, small pieces in one. */
  #send(steps: Steps): void {
    if (this.#round === null) return;
    const { pieces, misses, wakes } = this.#round.flush();
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > JOINED_MOST) for (const bytes of pieces) steps.push({ do: "send", bytes });
    else if (length > 0) steps.push({ do: "send", bytes: joinBytes(pieces) });
    for (const miss of misses) steps.push({ do: "miss", miss: miss satisfies Miss });
    for (const afterMs of wakes) steps.push({ do: "wake", afterMs });
  }
}
