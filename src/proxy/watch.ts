/**
 * Watches a forwarded connection until it is settled whether TLS begins on it: reads along with a conversation, whose
 * exchanges it throws away (the decoder makes them again, from the journal), and keeps back what may be a ClientHello.
 *
 * It decides nothing about TLS and owns no socket: forward.ts does.
 */
import type { Chunk, Peer, Side } from "../core/protocol.ts";
import type { ClientHello } from "./client-hello.ts";
import type { Conversation, Told } from "./conversation.ts";

/** What watching a chunk comes to. */
export interface Watched {
  /** What goes on, of this chunk and of what was kept back before. */
  readonly onward: Uint8Array;
  /** What the client, or for it the server, is to be taken to have said. */
  readonly said: Uint8Array;
  /** The client begins TLS behind that. */
  readonly tls: { readonly hello: ClientHello; readonly early: Uint8Array } | null;
}

const nothing = new Uint8Array(0);

export class Watch {
  readonly #conversation: Conversation;
  #kept: Uint8Array = nothing;
  #isOver = false;
  #isClear = false;
  #replacement: Uint8Array | null = null;
  #blind: string | null = null;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    this.#act(conversation.start());
  }

  /** Nothing can begin here any more: what follows is handed on unseen. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The destination itself speaks clear text, on this connection and others. */
  get isClear(): boolean {
    return this.#isClear && this.#conversation.isDirect;
  }

  /** Nothing was said before the TLS that begins, so that the whole connection can be made again. */
  get isFresh(): boolean {
    return this.#conversation.isDirect && this.#conversation.protocol === null;
  }

  /** The far end of what is read: behind a tunnel, not that of the socket. */
  get peer(): Peer {
    return this.#conversation.peer;
  }

  /** Why this client's connections are not to be taken apart, where its session says so. */
  get blind(): string | null {
    return this.#blind;
  }

  see(chunk: Chunk): Watched {
    this.#replacement = null;
    const tls = this.#act(this.#conversation.data(chunk));
    const replaced: Uint8Array | null = this.#replacement;
    if (chunk.from === "server") return { onward: replaced ?? chunk.bytes, said: replaced ?? chunk.bytes, tls };
    if (replaced !== null) return { onward: replaced, said: chunk.bytes, tls };
    const all = this.#kept.length === 0 ? chunk.bytes : Buffer.concat([this.#kept, chunk.bytes]);
    const keeps = tls?.early.length ?? (this.#isOver ? 0 : this.#conversation.undecidedBytes);
    const onward = all.subarray(0, all.length - keeps);
    this.#kept = tls === null ? all.subarray(onward.length) : nothing;
    return { onward, said: onward, tls };
  }

  /** That side says no more; what was kept back goes on. */
  end(from: Side): Uint8Array {
    this.#act(this.#conversation.end(from));
    if (from === "server") return nothing;
    const kept = this.#kept;
    this.#kept = nothing;
    return kept;
  }

  /** TLS stands: what is seen from here on is what it protects. */
  secured(serverName: string | null): void {
    this.#act(this.#conversation.secured(serverName));
  }

  #act(steps: readonly Told[]): Watched["tls"] {
    let tls: Watched["tls"] = null;
    for (const step of steps) {
      if (step.do === "clear") this.#isClear = true;
      if (step.do === "clear" || step.do === "unread" || step.do === "close") this.#isOver = true;
      if (step.do === "startTls") tls = step;
      if (step.do === "replace") this.#replacement = step.bytes;
      if (step.do === "blind") this.#blind = step.reason;
    }
    return tls;
  }
}
