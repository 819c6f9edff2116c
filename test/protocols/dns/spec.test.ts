/** What is stored, and the bytes it becomes again. */
import { expect, test } from "bun:test";
import { decodeMessage, type Question } from "../../../src/protocols/dns/message.ts";
import {
  encodeReply,
  isSaidBy,
  keyOf,
  replyBytes,
  replyFlags,
  replyOf,
  requestDifferences,
  requestOf,
  specOf,
} from "../../../src/protocols/dns/spec.ts";
import { decoded, queryOf, replyTo } from "../../support/dns-wire.ts";

const bytes = queryOf("Shop.example", "A");
const query = decodeMessage(bytes);
const question: Question = { name: "Shop.example.", type: "A", class: "IN" };
const answers = [{ name: "shop.example", type: "A", ttl: 60, data: "10.0.0.7" } as const];
const reply = replyTo(bytes, { answers: [...answers] });

test("a reply that the readable form does not give byte for byte is kept raw beside it", () => {
  const uncompressed = specOf(query, question, { bytes: reply, transport: "udp" });
  expect(uncompressed.raw).toEqual(reply);
  expect(replyBytes(uncompressed, { ...query, id: 1 }, question).subarray(2)).toEqual(reply.subarray(2));
  const ours = encodeReply(uncompressed.response, query, question);
  expect(specOf(query, question, { bytes: ours, transport: "udp" }).raw).toBeNull();
  expect(decoded(ours).answers).toEqual(decoded(reply).answers);
});

test("raw bytes count while they say what the readable form says", () => {
  const request = requestOf(question, "udp");
  const response = replyOf(decodeMessage(reply));
  expect(isSaidBy(reply, request, response)).toBe(true);
  expect(isSaidBy(reply, request, { ...response, answers: ["shop.example. 60 IN A 10.0.0.8"] })).toBe(false);
  expect(isSaidBy(reply, { ...request, name: "other.example" }, response)).toBe(false);
});

test("keys are the name in lower case, the type and the class", () => {
  expect(keyOf(requestOf(question, "udp"))).toEqual({
    text: "shop.example A IN",
    shape: "shop.example",
    asked: "A shop.example",
  });
  const other = { name: "db.example", type: "AAAA", class: "IN", transport: "tcp" } as const;
  expect(requestDifferences(requestOf(question, "udp"), other).map(({ path }) => path)).toEqual(["name", "type"]);
  expect(replyFlags).toHaveLength(5);
});
