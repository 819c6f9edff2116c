/** What an OK packet says changed in the session (CLIENT_SESSION_TRACK), as far as it concerns matching. */
import { FormatError } from "../../core/errors.ts";
import { decodeText } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";

const SCHEMA = 1;

/** The database that the session is in since then, or `undefined` where that did not change. */
export function databaseOf(state: Uint8Array): string | undefined {
  const reader = new PayloadReader(state);
  let database: string | undefined;
  try {
    while (reader.left > 0) {
      const type = reader.byte();
      const data = reader.sized();
      if (type === SCHEMA) database = decodeText(new PayloadReader(data).sized());
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return database;
}
