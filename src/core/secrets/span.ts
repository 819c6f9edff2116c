/** A run of a text that is a secret, before it has a name. */
import type { Surround } from "./encodings.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
  /** What its characters mean where they stand. */
  readonly surround: Surround;
  /** A word for it, which becomes its name: `password`, `github-token`. */
  readonly kind: string;
  /** How many of its first characters are public. */
  readonly open: number;
  /** `basic`: Base64 of a user and a password, of which the first is shown. */
  readonly holds: "value" | "basic";
}

export const spanOf = (from: number, to: number, kind: string, surround: Surround = "plain"): Span => ({
  from,
  to,
  surround,
  kind,
  open: 0,
  holds: "value",
});

/** What a span becomes in a name: `X-Api-Key` is `x-api-key`. */
export const stemOf = (kind: string): string =>
  kind
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "") || "secret";

/** In order and without overlap: of those that share a character the one that begins first counts, then the longer one. */
export function withoutOverlap<Any extends Pick<Span, "from" | "to">>(spans: readonly Any[]): Any[] {
  if (spans.length < 2) return [...spans];
  const kept: Any[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = kept.at(-1);
    if (last === undefined || span.from >= last.to) kept.push(span);
  }
  return kept;
}
