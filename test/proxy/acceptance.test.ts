import { expect, test } from "bun:test";
import { Acceptance, howOf, refusalOf } from "../../src/proxy/acceptance.ts";
import { Refusals, refusalSentence } from "../../src/proxy/refusals.ts";
import { type TlsFailure } from "../../src/proxy/tls/tls-line.ts";

const asked = { address: "10.0.0.7", port: 443, serverName: null };
const failure = (kind: TlsFailure["kind"], alert: string | null = null): TlsFailure => ({
  is: "failed",
  kind,
  alert,
  message: "a sentence",
  hasCertificate: false,
});

const begun = (fault: string | null = null): { refusals: Refusals; acceptance: Acceptance } => {
  const refusals = new Refusals();
  return { refusals, acceptance: new Acceptance(refusals, asked, { fault, believer: null }) };
};

test("what failed in the handshake is told in its own words", () => {
  const kinds = [failure("alert", "unknown_ca"), failure("alert"), failure("reset"), failure("ended"), failure("ours")];
  expect(kinds.map(howOf)).toEqual([
    "unknown_ca",
    "a sentence",
    "it reset the connection",
    "it closed the connection",
    "a sentence",
  ]);
  expect(refusalOf(failure("alert", "bad_certificate"))).toBe(refusalSentence("bad_certificate", null));
  const { refusals, acceptance } = begun();
  expect(acceptance.failed(failure("alert", "unknown_ca"))).toBe(refusalSentence("unknown_ca", null));
  expect(refusals.reasonFor(asked)).not.toBeNull();
  const ours = begun();
  expect(ours.acceptance.failed(failure("ours"))).toStartWith("TLS: the app's handshake cannot be answered");
  expect(ours.refusals.reasonFor(asked)).not.toBeNull();
});

test("one that leaves at once and without a word has refused; one that has spoken, or waited, has not", () => {
  const leaving = begun();
  leaving.acceptance.shaken(1000);
  expect(leaving.acceptance.left(1010, null)).toBe(refusalSentence("it left right after the handshake", null));
  expect(leaving.acceptance.left(1020, null)).toBeNull();
  const speaking = begun();
  speaking.acceptance.shaken(1000);
  speaking.acceptance.spoke();
  expect(speaking.acceptance.left(1010, null)).toBeNull();
  const waiting = begun();
  waiting.acceptance.shaken(1000);
  expect([waiting.acceptance.left(5000, null), waiting.refusals.all]).toEqual([null, []]);
  const unshaken = begun();
  expect(unshaken.acceptance.left(1000, null)).toBeNull();
  const late = begun();
  late.acceptance.shaken(1000);
  expect(late.acceptance.left(5000, failure("alert", "certificate_unknown"))).toBe(
    refusalSentence("certificate_unknown", null),
  );
  const [slow, idle] = [begun("it is old"), begun("it is old")];
  slow.acceptance.shaken(1000);
  expect(slow.acceptance.left(2000, null)).toBe(refusalSentence("it left soon after the handshake", "it is old"));
  idle.acceptance.shaken(1000);
  expect(idle.acceptance.left(9000, null)).toBeNull();
  const given = begun();
  given.acceptance.giveUp("TLS: bound");
  expect(given.refusals.reasonFor(asked)).toBe("TLS: bound");
});
