/**
 * A line protocol with one answer per line: the smallest complete `Protocol`, for tests of what runs protocols.
 *
 * It keeps every rule of the contract, so the conformance suite's own checks are tried on it and on broken copies of it.
 */
import { FormatError } from "../../src/core/errors.ts";
import { type Exchange, type Miss } from "../../src/core/exchange.ts";
import { type Chunk, defineProtocol, type Session, type Side, type Step } from "../../src/core/protocol.ts";

export interface ToySpec {
  readonly asked: string;
  readonly answered: string;
}

const LINE_MOST = 1 << 20;

/** Splits a side's bytes into lines, for as long as no byte is missing. */
class Lines {
  #rest = "";

  *take(bytes: Uint8Array): Iterable<string> {
    this.#rest += Buffer.from(bytes).toString("latin1");
    if (this.#rest.length > LINE_MOST) throw new FormatError("format.bytes", "a line is too long", "0");
    const parts = this.#rest.split("\n");
    this.#rest = parts.pop() ?? "";
    yield* parts;
  }
}

const recordSession = (): Session<ToySpec> => {
  const lines: Record<Side, Lines> = { client: new Lines(), server: new Lines() };
  const open: { asked: string; at: number }[] = [];
  let lost = false;
  return {
    start: () => [],
    wake: () => [],
    end: () => [],
    gap: () => {
      lost = true;
    },
    *data(chunk: Chunk): Iterable<Step<ToySpec>> {
      if (lost) return;
      for (const line of lines[chunk.from].take(chunk.bytes)) {
        if (chunk.from === "client") {
          open.push({ asked: line, at: chunk.at });
          continue;
        }
        const request = open.shift();
        if (request === undefined) throw new FormatError("format.bytes", "an answer came without a question", "0");
        const spec = { asked: request.asked, answered: line };
        const exchange: Exchange<ToySpec> = { spec, startedAt: request.at, endedAt: chunk.at, reuse: "once" };
        yield { do: "emit", exchange };
      }
    },
  };
};

const asText = (value: unknown, path: string): string => {
  if (typeof value !== "string") throw new FormatError("format.yaml", `${path} is not text`, path);
  return value;
};

/** `<line>\n` from the client, `<line>\n` back. */
export const toyProtocol = defineProtocol<ToySpec>({
  name: "toy",
  kinds: ["Toy"],
  speaksFirst: "client",
  isAnywhere: false,
  upgrades: false,
  alpn: [],
  detect: (head) => {
    const first = head.client[0];
    if (first === undefined) return "more";
    return first >= 0x61 && first <= 0x7a ? "yes" : "no";
  },
  record: recordSession,
  replay: (_peer, pool) => {
    const lines = new Lines();
    return {
      start: () => [],
      wake: () => [],
      end: () => [],
      gap: () => {},
      *data(chunk) {
        for (const asked of lines.take(chunk.bytes)) {
          const key = toyProtocol.key({ asked, answered: "" });
          const taken = pool.take({ key, differs: () => [], similarity: null });
          const miss: Miss | null = taken.found ? null : { protocol: "toy", asked, nearest: taken.nearest };
          if (miss !== null) yield { do: "miss", miss };
          const answer = taken.found ? taken.spec.answered : "!miss";
          yield { do: "send", bytes: new Uint8Array(Buffer.from(`${answer}\n`, "latin1")) };
        }
      },
    };
  },
  key: (spec) => ({ text: spec.asked, shape: "line", asked: spec.asked }),
  toYaml: (spec) => ({ kind: "Toy", spec }),
  fromYaml: (_kind, spec) => {
    const { asked, answered } = (typeof spec === "object" && spec !== null ? spec : {}) as Record<string, unknown>;
    return { asked: asText(asked, "asked"), answered: asText(answered, "answered") };
  },
});
