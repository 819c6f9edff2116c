/**
 * What a replayed server says, and when: answers are numbered as they go out, and those of an exhaust command name each
 * the one before. What is due later (a heartbeat that is awaited, a cursor that has nothing yet) holds up nothing else.
 */
import type { Step } from "../../core/protocol.ts";
import { encodeMessage, encodeReply, Flag, type Message } from "./wire.ts";
import type { Answered } from "./spec.ts";

interface Due {
  readonly at: number;
  readonly asker: Asker;
  readonly answers: readonly Answered[];
  /** So many times more, each so long after the one before: a stream of heartbeats. */
  readonly repeats: { readonly times: number; readonly everyMs: number } | null;
}

/** Clocks of timers are rounded: what is woken for is due. */
const EARLY_MS = 1;

type Asker = Pick<Message, "requestId" | "form">;

export class Outbox {
  #due: Due[] = [];
  #lastId = 0;

  /** Answers at once. */
  *say(asker: Asker, answers: readonly Answered[]): Generator<Step<never>> {
    let responseTo = asker.requestId;
    for (const { flags, document } of answers) {
      const requestId = ++this.#lastId;
      const head = { requestId, responseTo, flags };
      yield { do: "send", bytes: asker.form === "query" ? encodeReply(head, document) : encodeMessage(head, document) };
      responseTo = requestId;
    }
  }

  /** Answers then, and where it `repeats` again and again. */
  *later(due: Due, now: number): Generator<Step<never>> {
    this.#due.push(due);
    yield { do: "wake", afterMs: Math.max(0, due.at - now) };
  }

  *wake(now: number): Generator<Step<never>> {
    const ready = this.#due.filter(({ at }) => at <= now + EARLY_MS);
    this.#due = this.#due.filter(({ at }) => at > now + EARLY_MS);
    for (const { asker, answers, repeats } of ready) {
      if (repeats === null || repeats.times <= 0) yield* this.say(asker, answers);
      else {
        yield* this.say(
          asker,
          answers.map(({ document }) => ({ document, flags: Flag.MoreToCome })),
        );
        const at = now + repeats.everyMs;
        const next = { ...repeats, times: repeats.times - 1 };
        this.#due.push({ at, answers, asker: { ...asker, requestId: this.#lastId }, repeats: next });
      }
    }
    const next = Math.min(...this.#due.map(({ at }) => at));
    if (next !== Infinity) yield { do: "wake", afterMs: Math.max(0, next - now) };
  }
}
