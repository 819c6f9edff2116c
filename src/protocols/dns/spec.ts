/** One look-up and its reply: what is stored, what it is matched by, and which bytes it becomes again. */
import type { Difference } from "../../core/diff.ts";
import type { Key } from "../../core/pool.ts";
import type { Peer } from "../../core/protocol.ts";
import { rcodes } from "./codes.ts";
import { decodeMessage, encodeMessage, Flag, headerBytes, type Message, type Question } from "./message.ts";
import { plainName, readName } from "./names.ts";

/** What was asked; the name in lower case and without its last dot. */
export interface DnsRequest extends Question {
  readonly transport: Peer["transport"];
}

/** The header bits of a reply that are its own, not copied from the query. */
export const replyFlags = [
  "authoritative",
  "truncated",
  "recursionAvailable",
  "authenticData",
  "checkingDisabled",
] as const;

export interface DnsReply extends Pick<Message, "answers" | "authority" | "additional" | "edns"> {
  readonly rcode: string;
  readonly flags: readonly (typeof replyFlags)[number][];
}

export interface DnsSpec {
  readonly request: DnsRequest;
  readonly response: DnsReply;
  /** The reply as it was on the wire, where `response` alone does not give the same bytes. */
  readonly raw: Uint8Array | null;
}

export const requestOf = (question: Question, transport: Peer["transport"]): DnsRequest => ({
  name: plainName(question.name),
  type: question.type,
  class: question.class,
  transport,
});

/** The part of a decoded reply that people read. */
export const replyOf = (message: Message): DnsReply => ({
  rcode: rcodes.word(message.rcode),
  flags: replyFlags.filter((flag) => (message.flags & Flag[flag]) !== 0),
  answers: message.answers,
  authority: message.authority,
  additional: message.additional,
  edns: message.edns,
});

/** Reduces a query and the bytes of its reply to a spec; throws `FormatError` where the reply is not one. */
export const specOf = (query: Message, question: Question, reply: DnsWire): DnsSpec => {
  const spec: DnsSpec = {
    request: requestOf(question, reply.transport),
    response: replyOf(decodeMessage(reply.bytes)),
    raw: null,
  };
  const again = encodeReply(spec.response, query, question);
  return Buffer.compare(again, reply.bytes) === 0 ? spec : { ...spec, raw: reply.bytes };
};

/** One message and how it came. */
export interface DnsWire {
  readonly bytes: Uint8Array;
  readonly transport: Peer["transport"];
}

/** A reply to `query` in the spelling in which it was asked. */
export const encodeReply = (reply: DnsReply, query: Message, question: Question): Uint8Array => {
  const own = reply.flags.reduce((bits, flag) => bits | Flag[flag], 0);
  const flags = Flag.response | (query.flags & (0x7800 | Flag.recursionDesired)) | own;
  const { answers, authority, additional, edns } = reply;
  const rcode = rcodes.code(reply.rcode) ?? 0;
  return encodeMessage({ id: query.id, flags, rcode, questions: [question], answers, authority, additional, edns });
};

/** What the recorded server would say to `query`: the recorded bytes with this query's id and spelling of the name. */
export const replyBytes = (spec: DnsSpec, query: Message, question: Question): Uint8Array => {
  const { raw, response } = spec;
  // A server says nothing of EDNS to who said nothing of it.
  const isTooMuch = response.edns !== null && query.edns === null;
  if (raw === null || isTooMuch) {
    return encodeReply(isTooMuch ? { ...response, edns: null } : response, query, question);
  }
  const bytes = raw.slice();
  bytes[0] = query.id >> 8;
  bytes[1] = query.id & 0xff;
  const asked = encodeMessage({ ...emptyMessage, questions: [question] }).subarray(headerBytes);
  if (((bytes[4] ?? 0) << 8) + (bytes[5] ?? 0) === 1) {
    const { next } = readName(bytes, headerBytes);
    if (next + 4 === headerBytes + asked.length) bytes.set(asked, headerBytes);
  }
  return bytes;
};

const emptyMessage: Message = {
  id: 0,
  flags: 0,
  rcode: 0,
  questions: [],
  answers: [],
  authority: [],
  additional: [],
  edns: null,
};

/** Whether `raw` still says what the readable parts say, which a person may have edited. */
export const isSaidBy = (raw: Uint8Array, request: DnsRequest, response: DnsReply): boolean => {
  const message = decodeMessage(raw);
  const [question] = message.questions;
  if (question !== undefined && keyOf(requestOf(question, request.transport)).text !== keyOf(request).text)
    return false;
  return Bun.deepEquals(replyOf(message), response);
};

export const keyOf = ({ name, type, class: kind }: DnsRequest): Key => ({
  text: `${plainName(name)} ${type} ${kind}`,
  shape: plainName(name),
  asked: kind === "IN" ? `${type} ${plainName(name)}` : `${type} ${plainName(name)} ${kind}`,
});

/** Where two requests differ, by the paths of the YAML form. */
export const requestDifferences = (expected: DnsRequest, actual: DnsRequest): Difference[] => {
  const paths = ["name", "type", "class"] as const;
  return paths
    .filter((path) => expected[path] !== actual[path])
    .map((path) => ({ path, expected: expected[path], actual: actual[path], change: "changed" as const }));
};
