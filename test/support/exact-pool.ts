/**
 * A pool of one protocol's exchanges by exact key alone: the nth time asked gets the nth answer.
 *
 * For codec tests, which must not depend on how the product's own pool attributes mocks to tests.
 */
import { type Difference } from "../../src/core/diff.ts";
import { type Exchange } from "../../src/core/exchange.ts";
import { type Ask, type Pool, type Take } from "../../src/core/pool.ts";
import { type Protocol } from "../../src/core/protocol.ts";

interface Held<Spec> {
  readonly mock: string;
  readonly spec: Spec;
  readonly reuse: "once" | "repeat";
}

const line = (difference: Difference): string =>
  `${difference.path}: ${JSON.stringify(difference.expected)} -> ${JSON.stringify(difference.actual)}`;

/** Holds these exchanges as mock-0, mock-1 and so on. */
export const exactPool = <Spec>(protocol: Protocol<Spec>, exchanges: readonly Exchange<Spec>[]): Pool<Spec> => {
  const byText = new Map<string, Held<Spec>[]>();
  const byShape = new Map<string, Held<Spec>[]>();
  const lastTaken = new Map<string, Held<Spec>>();
  for (const [index, { spec, reuse }] of exchanges.entries()) {
    const key = protocol.key(spec);
    const held = { mock: `mock-${index}`, spec, reuse };
    byText.set(key.text, [...(byText.get(key.text) ?? []), held]);
    byShape.set(key.shape, [...(byShape.get(key.shape) ?? []), held]);
  }
  return {
    take(ask: Ask<Spec>): Take<Spec> {
      const last = lastTaken.get(ask.key.text);
      const held = byText.get(ask.key.text)?.shift() ?? (last?.reuse === "repeat" ? last : undefined);
      if (held !== undefined) {
        lastTaken.set(ask.key.text, held);
        return { found: true, spec: held.spec, mock: held.mock, certainty: "exact" };
      }
      const near = byShape.get(ask.key.shape)?.[0];
      if (near === undefined) return { found: false, nearest: null };
      return { found: false, nearest: { mock: near.mock, differs: ask.differs(near.spec).map(line) } };
    },
    recall: (shape) => (byShape.get(shape) ?? []).map((held) => held.spec),
  };
};
