/** From the kind of a document to the protocol that reads it, and a spec through that protocol with file and line in its errors. */
import { FormatError } from "../core/errors.ts";
import type { Protocol } from "../core/protocol.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { decodeLeaves, type Restore } from "./leaves.ts";
import { locate, type Origin } from "./read-yaml.ts";

/** The protocols that may be asked, by the kinds they read. */
export type ProtocolsByKind = ReadonlyMap<string, Protocol>;

/** `protocols` with the fallback among them. Of two that claim a kind the first has it. */
export function protocolsByKind(protocols: Iterable<Protocol>): ProtocolsByKind {
  const kinds = new Map<string, Protocol>();
  for (const protocol of protocols) for (const kind of protocol.kinds) if (!kinds.has(kind)) kinds.set(kind, protocol);
  return kinds;
}

/** Where a spec stands. */
export interface SpecSource {
  readonly kind: string;
  readonly spec: unknown;
  readonly text: string;
  readonly origin: Origin;
  readonly assets: string;
  readonly restore: Restore;
}

export function readSpec(protocol: Protocol, { kind, spec, text, origin, assets, restore }: SpecSource): unknown {
  try {
    return protocol.fromYaml(kind, decodeLeaves(spec, assets, restore));
  } catch (error) {
    throw error instanceof FormatError ? locate(error, text, origin, ["spec"]) : error;
  }
}

/** The error for a kind that nobody reads. */
export function unknownKind(kind: string, kinds: ProtocolsByKind, where: string): FormatError {
  const near = nearestName(kind, kinds.keys());
  return new FormatError("format.yaml", `${where} is of a kind that is not known, ${kind}.`, where, {
    hint: near === undefined ? `Known kinds: ${[...kinds.keys()].join(", ")}.` : `Did you mean ${near}?`,
  });
}
