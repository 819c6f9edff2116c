/**
 * A handshake that the server turns down, whoever makes it: with an alert before anything else, or by leaving without a
 * word. It is told of by a sentence that replay reads again, so that the app is turned down in the same way.
 *
 * Refuses to take our own handshake for the app's: only what the server says to the app's own counts. What is wrong with
 * certificates is recorded-fault.ts's.
 */
import { alertCode, RecordWatch } from "./tls/record-watch.ts";

/** What the server did in place of its hello. */
export type TurnedDown =
  { readonly by: "alert"; readonly alert: string } | { readonly by: "reset" } | { readonly by: "close" };

const words = "the server turns the app's handshake down";

/** For the report, and for replay. */
export const turnedDownSentence = (how: TurnedDown): string =>
  `TLS: ${words}: it ${how.by === "alert" ? `sends the alert ${how.alert}` : how.by === "reset" ? "resets the connection" : "closes the connection"}`;

const sentence = new RegExp(`${words}: it (?:sends the alert (\\w+(?: \\d+)?)|(resets|closes) the connection)`);

/** Reads the sentence wherever it stands; null for any other. */
export const turnedDownIn = (reason: string): TurnedDown | null => {
  const found = sentence.exec(reason);
  if (found === null) return null;
  const [, alert, leaving] = found;
  if (alert !== undefined) return { by: "alert", alert };
  return { by: leaving === "resets" ? "reset" : "close" };
};

/** The record that says so, before a version is settled. */
export const alertRecord = (alert: string): Uint8Array =>
  Uint8Array.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, alertCode(alert));

const alertType = 0x15;

/** Hears what a server first says to the app's own handshake. */
export class FirstWord {
  readonly #watch = new RecordWatch({ isClientWatched: false });
  #isFirst = true;

  /** Null: it is not known yet. */
  heard(bytes: Uint8Array): TurnedDown | "answered" | null {
    if (this.#isFirst && bytes[0] !== alertType) return "answered";
    this.#isFirst = false;
    this.#watch.raw(bytes);
    const { alert } = this.#watch;
    return alert === null ? null : { by: "alert", alert };
  }

  /** It is gone before that was known. */
  left(isReset: boolean): TurnedDown {
    return { by: isReset ? "reset" : "close" };
  }
}
