/**
 * YAML: what is written of a spec reads back as the same spec with the same key, and is plain data.
 *
 * Bytes stand as `!!binary` here; how the store spells them is the store's own affair and tested there.
 */
import { parse, stringify } from "yaml";
import { FormatError } from "../../src/core/errors.ts";
import { type Protocol } from "../../src/core/protocol.ts";
import { recordWire } from "../support/run-session.ts";
import { type Wire } from "../support/wire.ts";
import { brief, fingerprint } from "./fingerprint.ts";

const bytesOf = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(bytesOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bytesOf(member)]));
};

/** Through YAML text and back. */
export const throughYaml = (document: unknown): unknown =>
  bytesOf(parse(stringify(document, { customTags: ["binary"], lineWidth: 0 }), { customTags: ["binary"] }));

/** The path of the first thing that is not plain data, or null. */
const notPlain = (value: unknown, path: string): string | null => {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return null;
  if (value instanceof Uint8Array) return null;
  if (typeof value !== "object") return `${path} is a ${typeof value}`;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    return `${path} is not a plain object`;
  for (const [key, member] of Object.entries(value)) {
    const found = notPlain(member, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
};

/** Every exchange of a wire, through YAML and back. */
export const yamlFaults = (protocol: Protocol, wire: Wire): string[] =>
  recordWire(protocol, wire).exchanges.flatMap(({ spec }, index) => {
    const document = protocol.toYaml(spec);
    const complaint = notPlain(document.spec, "spec");
    if (complaint !== null) return [`exchange ${index}: ${complaint}`];
    if (!protocol.kinds.includes(document.kind)) return [`exchange ${index}: kind ${document.kind} is not declared`];
    const back = protocol.fromYaml(document.kind, throughYaml(document.spec));
    if (fingerprint(back) !== fingerprint(spec))
      return [`exchange ${index}: ${brief(spec)} came back as ${brief(back)}`];
    const [before, after] = [protocol.key(spec), protocol.key(back)];
    return fingerprint(before) === fingerprint(after) ? [] : [`exchange ${index}: its key changed: ${brief(after)}`];
  });

const STRANGE: readonly unknown[] = [null, true, -1, 1e300, "", "\u0000", [], [null], {}, new Uint8Array([0xff])];

/** The document with one member replaced or removed, for each member in turn. */
function* edited(document: unknown): Generator<unknown> {
  if (typeof document !== "object" || document === null || document instanceof Uint8Array) {
    yield* STRANGE;
    return;
  }
  for (const key of Object.keys(document)) {
    const member = (document as Record<string, unknown>)[key];
    const put = (value: unknown): unknown =>
      Array.isArray(document) ? document.with(Number(key), value) : { ...document, [key]: value };
    const { [key]: _removed, ...rest } = document as Record<string, unknown>;
    if (!Array.isArray(document)) yield rest;
    for (const value of STRANGE) yield put(value);
    if (typeof member === "object" && member !== null) for (const inner of edited(member)) yield put(inner);
  }
}

/** What people do to files: any edit is either a spec, whose key can be taken, or a `FormatError`. */
export const editFaults = (protocol: Protocol, wire: Wire, most: number): string[] => {
  const faults = new Set<string>();
  const kinds = new Set<string>();
  let tried = 0;
  for (const { spec } of recordWire(protocol, wire).exchanges) {
    const document = protocol.toYaml(spec);
    if (kinds.has(document.kind) && tried > most) continue;
    kinds.add(document.kind);
    for (const changed of [...STRANGE, ...edited(document.spec)]) {
      if (tried++ > most) break;
      try {
        protocol.key(protocol.fromYaml(document.kind, changed));
      } catch (error) {
        if (error instanceof FormatError) continue;
        faults.add(`${String(error)} for ${brief(changed)}`);
      }
    }
  }
  return [...faults].slice(0, 10);
};
