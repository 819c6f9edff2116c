import { expect, test } from "bun:test";
import { Refusals, refusalSentence } from "../../src/proxy/refusals.ts";

const asked = { address: "10.0.0.7", port: 443, serverName: "Shop.example" };
const verified = { how: "unknown_ca", fault: null, believer: null, sign: "alert" } as const;

test("a client that says no to a server that we vouch for is not asked again, whatever others did", () => {
  const refusals = new Refusals();
  refusals.accepted(asked);
  expect(refusals.reasonFor(asked)).toBeNull();
  const sentence = refusals.refused(asked, verified);
  expect(sentence).toBe(refusalSentence("unknown_ca", null));
  expect(sentence).toContain("--trust FILE");
  expect(refusals.reasonFor({ ...asked, serverName: "shop.example" })).toBe(sentence);
  expect(refusals.reasonFor({ ...asked, serverName: null })).toBeNull();
  expect(refusals.reasonFor({ ...asked, port: 444 })).toBeNull();
  expect(refusals.all).toEqual([{ ...asked, reason: sentence }]);
});

test("one that merely leaves means it only where nobody has ever stayed", () => {
  for (const [sign, times] of [
    ["broken", 1],
    ["left", 2],
  ] as const) {
    const refusals = new Refusals();
    const known = Array.from({ length: times }, () => {
      const before = refusals.reasonFor(asked);
      refusals.refused(asked, { ...verified, sign });
      return before;
    });
    expect([known, refusals.reasonFor(asked)]).toEqual([known.map(() => null), refusalSentence("unknown_ca", null)]);
    const other = new Refusals();
    other.accepted(asked);
    const said = Array.from({ length: 3 }, () => other.refused(asked, { ...verified, sign }));
    for (const sentence of said) expect(sentence).toContain("while others of its connections take");
    expect(other.reasonFor(asked)).toBeNull();
  }
});

test("where the real certificate fails as well, only those that always refuse must know better", () => {
  const failing = { ...verified, fault: "its certificate has expired" };
  const refusals = new Refusals();
  refusals.refused(asked, failing);
  expect(refusals.reasonFor(asked)).toBeNull();
  refusals.accepted(asked);
  refusals.refused(asked, failing);
  refusals.refused(asked, failing);
  expect(refusals.reasonFor(asked)).toBeNull();
  const pinned = new Refusals();
  pinned.refused(asked, failing);
  pinned.refused(asked, failing);
  expect(pinned.reasonFor(asked)).toBe(refusalSentence("unknown_ca", "its certificate has expired"));
});

test("a server that only some of the app's clients believe is told as such", () => {
  const refusals = new Refusals();
  refusals.accepted(asked);
  const said = refusals.refused(asked, { ...verified, believer: "certs/company.pem" });
  expect(refusals.reasonFor(asked)).toBeNull();
  expect(said).toContain("only the roots of certs/company.pem lead to its issuer");
  const spare = refusals.refused(asked, { ...verified, believer: "certs/company.pem", sign: "left" });
  expect(spare).toContain("as a pool does with connections to spare");
});

test("an issuer whom only the app may know is a reason to leave the server to it", () => {
  const fault = "no store of the app's leads to its issuer (UNABLE_TO_VERIFY_LEAF_SIGNATURE)";
  for (const [said, isLeft] of [
    [fault, true],
    [`${fault}; its certificate has expired`, false],
    ["no store of the app's leads to its issuer (DEPTH_ZERO_SELF_SIGNED_CERT)", false],
  ] as const) {
    const refusals = new Refusals();
    refusals.refused(asked, { ...verified, fault: said });
    expect(refusals.reasonFor(asked) !== null).toBe(isLeft);
  }
});

test("it can be given up at once", () => {
  const refusals = new Refusals();
  refusals.giveUp(asked, "TLS: why not");
  expect(refusals.reasonFor(asked)).toBe("TLS: why not");
});
