/** The registry with bugs in it, by name: a thread that decodes is started with one of these names. */
import type { Protocol } from "../../src/core/protocol.ts";
import { drivers, protocols } from "../../src/protocols/index.ts";
import { chaos, throwing } from "./stub-sessions.ts";

const driven = new Set(drivers.map(({ protocol }) => protocol));

export const brokenRegistries: Readonly<Record<string, readonly Protocol[]>> = {
  /** The one protocol that drives apps throws at every chunk. */
  throwing: protocols.map((protocol) =>
    driven.has(protocol.name) ? { ...protocol, record: () => throwing, replay: () => throwing } : protocol,
  ),
  /** One more that claims every connection and fails at it. */
  claiming: [...protocols, chaos],
  /** One that throws when it is asked whose a connection is. */
  undecided: [
    {
      ...chaos,
      detect: () => {
        throw new Error("a bug in a parser");
      },
    },
    ...protocols,
  ],
};

/** A thread that decodes with that registry; or one that `throws`, `leaves`, or `refuses` every test. */
export const startBroken = (kind: string) => (): Worker =>
  new Worker(new URL("./broken-decoder.ts", import.meta.url), { argv: [kind] });
