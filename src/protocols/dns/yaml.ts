/**
 * The YAML form of a look-up, and Keploy's form of the same kind, which names its members otherwise. What people read
 * wins over the raw bytes beside it: those count only while they say the same.
 */
import { FormatError } from "../../core/errors.ts";
import type { Fields } from "../../core/plain-data.ts";
import { classes, rcodes, types } from "./codes.ts";
import { type Edns, encodeMessage } from "./message.ts";
import { labelsOf, plainName } from "./names.ts";
import { type DnsReply, type DnsRequest, type DnsSpec, isSaidBy, replyFlags } from "./spec.ts";

export const kind = "DNS";

/** Only what is there is written: no empty lists, no bits that are off. */
export const toYaml = ({ request, response, raw }: DnsSpec): { readonly kind: string; readonly spec: unknown } => {
  const { name, type, class: kindOfName, transport } = request;
  const { rcode, flags, answers, authority, additional, edns } = response;
  const spec = {
    request: { name, type, class: kindOfName, ...(transport === "tcp" ? { transport } : {}) },
    response: {
      rcode,
      ...Object.fromEntries(flags.map((flag) => [flag, true])),
      answers: [...answers],
      ...(authority.length === 0 ? {} : { authority: [...authority] }),
      ...(additional.length === 0 ? {} : { additional: [...additional] }),
      ...(edns === null ? {} : { edns: ednsToYaml(edns) }),
      ...(raw === null ? {} : { raw }),
    },
  };
  return { kind, spec };
};

const ednsToYaml = ({ udpSize, version, flags, options }: Edns): unknown => ({
  udpSize,
  ...(version === 0 ? {} : { version }),
  ...(flags === 0 ? {} : { flags }),
  ...(options.length === 0 ? {} : { options: options.map(({ code, data }) => ({ code, data })) }),
});

/** Reads both forms; each record is tried, so that a slip of the pen is told by its path. */
export const fromYaml = (given: string, spec: unknown): DnsSpec => {
  if (given !== kind) throw bad("kind", `"${given}" is not a kind of the DNS`);
  const root = record(spec, "spec");
  const request = requestFrom(record(root["request"], "spec.request"));
  const said = record(root["response"], "spec.response");
  const response = responseFrom(said);
  const { raw } = said;
  if (raw === undefined || raw === null) return { request, response, raw: null };
  if (!(raw instanceof Uint8Array)) throw bad("spec.response.raw", "must be bytes");
  return { request, response, raw: isSaid(raw, request, response) ? raw : null };
};

const isSaid = (raw: Uint8Array, request: DnsRequest, response: DnsReply): boolean => {
  try {
    return isSaidBy(raw, request, response);
  } catch (cause) {
    throw bad("spec.response.raw", "is no DNS message", cause);
  }
};

const requestFrom = (request: Fields): DnsRequest => {
  const name = request["name"];
  if (typeof name !== "string" || labelsOf(name) === undefined) throw bad("spec.request.name", "must be a domain name");
  const type = request["type"] ?? request["qtype"];
  const group = request["class"] ?? request["qclass"] ?? "IN";
  const { transport = "udp" } = request;
  if (transport !== "udp" && transport !== "tcp") throw bad("spec.request.transport", "must be udp or tcp");
  return {
    name: plainName(name),
    type: word(types, type, "spec.request.type"),
    class: word(classes, group, "spec.request.class"),
    transport,
  };
};

const responseFrom = (response: Fields): DnsReply => ({
  rcode: word(rcodes, response["rcode"] ?? 0, "spec.response.rcode"),
  flags: replyFlags.filter((flag) => isSet(response[flag], `spec.response.${flag}`)),
  answers: records(response["answers"], "spec.response.answers"),
  authority: records(response["authority"] ?? response["ns"], "spec.response.authority"),
  additional: records(response["additional"] ?? response["extra"], "spec.response.additional"),
  edns: ednsFrom(response["edns"]),
});

/** A word or its number, as the word. */
const word = (table: typeof types, value: unknown, path: string): string => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return table.word(value);
  const code = typeof value !== "string" ? undefined : /^\d+$/.test(value) ? Number(value) : table.code(value);
  if (code === undefined) throw bad(path, `must be one of the words of the DNS, not ${JSON.stringify(value)}`);
  return table.word(code);
};

const isSet = (value: unknown, path: string): boolean => {
  if (value === undefined || value === null || value === false) return false;
  if (value !== true) throw bad(path, "must be true or false");
  return true;
};

/** Zone-file lines, with blanks for tabs. Keploy writes the OPT record as a comment, which says nothing here. */
const records = (value: unknown, path: string): string[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw bad(path, "must be a list of records");
  const lines: string[] = [];
  for (const [index, line] of value.entries()) {
    if (typeof line !== "string") throw bad(`${path}[${index}]`, "must be a record in one line");
    const text = line.trim().replaceAll("\t", " ");
    if (text === "" || text.startsWith(";")) continue;
    try {
      encodeMessage({ ...nothing, answers: [text] });
    } catch (cause) {
      throw bad(`${path}[${index}]`, `${JSON.stringify(text)} is not a record`, cause);
    }
    lines.push(text);
  }
  return lines;
};

const nothing = { id: 0, flags: 0, rcode: 0, questions: [], answers: [], authority: [], additional: [], edns: null };

const ednsFrom = (value: unknown): Edns | null => {
  if (value === undefined || value === null) return null;
  const edns = record(value, "spec.response.edns");
  const list = edns["options"] ?? [];
  if (!Array.isArray(list)) throw bad("spec.response.edns.options", "must be a list");
  const options = list.map((each: unknown, index) => {
    const path = `spec.response.edns.options[${index}]`;
    const { code, data } = record(each, path);
    if (!(data instanceof Uint8Array)) throw bad(`${path}.data`, "must be bytes");
    return { code: number16(code, `${path}.code`), data };
  });
  return {
    udpSize: number16(edns["udpSize"], "spec.response.edns.udpSize"),
    version: number16(edns["version"] ?? 0, "spec.response.edns.version"),
    flags: number16(edns["flags"] ?? 0, "spec.response.edns.flags"),
    options,
  };
};

const number16 = (value: unknown, path: string): number => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff) return value;
  throw bad(path, "must be a number from 0 to 65535");
};

const record = (value: unknown, path: string): Fields => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(path, "must have members");
  return value as Fields;
};

const bad = (path: string, what: string, cause?: unknown): FormatError =>
  new FormatError("format.yaml", `${path} ${what}`, path, {
    hint: "A record reads like `shop.example. 300 IN A 10.0.0.7`, a request like `{ name: shop.example, type: A }`.",
    ...(cause === undefined ? {} : { cause }),
  });
