/**
 * The beginning of a connection as recording sees it: encryption asked for, the start-up message, authentication,
 * what the server says of itself. No secret is kept: of passwords and proofs only the method's name.
 */
import { decodeText } from "../../lib/bytes/text.ts";
import type { BackMessage } from "./backend.ts";
import type { Reply, SessionStart } from "./spec.ts";
import type { StartupPacket } from "./startup-packet.ts";

const METHODS: Readonly<Record<number, string>> = {
  2: "kerberos",
  3: "password",
  5: "md5",
  7: "gss",
  9: "sspi",
  10: "sasl",
};
const CONTINUATIONS = new Set([0, 8, 11, 12]);

/** Fills up while the connection starts; `finish` gives what is kept of it. */
export class StartupRecord {
  encryption: SessionStart["encryption"];
  startedAt: number | null = null;
  database = "";
  user = "";
  #minor = 0;
  #options: readonly (readonly [string, string])[] = [];
  #authentication = "trust";
  readonly #replies: Reply[] = [];

  constructor(encryption: SessionStart["encryption"] = "none") {
    this.encryption = encryption;
  }

  asked(packet: Extract<StartupPacket, { message: "startup" }>): void {
    const option = (name: string): string | undefined => packet.options.find(([each]) => each === name)?.[1];
    this.user = option("user") ?? "";
    this.database = option("database") ?? this.user;
    this.#minor = packet.minor;
    this.#options = packet.options.filter(([name]) => name !== "user" && name !== "database");
  }

  /** The first answer to SASL names the mechanism chosen. */
  answered(body: Uint8Array): void {
    if (this.#authentication !== "sasl") return;
    const end = body.indexOf(0);
    const name = decodeText(body.subarray(0, Math.max(end, 0))).toLowerCase();
    if (/^[a-z0-9-]{1,40}$/.test(name)) this.#authentication = name;
  }

  /** False for what cannot come before the first ReadyForQuery. */
  told(message: BackMessage): boolean {
    switch (message.message) {
      case "authentication":
        if (!CONTINUATIONS.has(message.method)) {
          this.#authentication = METHODS[message.method] ?? String(message.method);
        }
        return true;
      case "negotiate":
        this.#minor = Math.min(this.#minor, message.minor & 0xffff);
        return true;
      case "parameter":
        this.#replies.push({ reply: "parameter", name: message.name, value: message.value });
        return true;
      case "notice":
      case "error":
        this.#replies.push({ reply: message.message, fields: message.fields });
        return true;
      default:
        return message.message === "key";
    }
  }

  finish(): SessionStart {
    return {
      type: "session",
      database: this.database,
      user: this.user,
      minor: this.#minor,
      options: this.#options,
      encryption: this.encryption,
      authentication: this.#authentication,
      replies: [...this.#replies],
    };
  }
}
