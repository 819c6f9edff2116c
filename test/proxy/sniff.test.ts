/** Verdicts over heads, with detectors that say what the head spells. */
import { expect, test } from "bun:test";
import { type Protocol } from "../../src/core/protocol.ts";
import { headLimitBytes } from "../../src/proxy/head.ts";
import { sniff, type SniffOptions } from "../../src/proxy/sniff.ts";
import { helloOf } from "../support/client-hello.ts";
import { tcpPeer } from "../support/loopback.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const toy = toyProtocol as Protocol;

/** Claims what begins with `word`. */
const claiming = (name: string, word: string): Protocol => ({
  ...toy,
  name,
  detect: ({ client }) => {
    const head = Buffer.from(client).toString("latin1");
    return head.startsWith(word) ? "yes" : word.startsWith(head) ? "more" : "no";
  },
});

const red = claiming("red", "red!");
const reed = claiming("reed", "reed");
const blue = claiming("blue", "blue");

const judge = (client: string | Uint8Array, options: Partial<SniffOptions> = {}) =>
  sniff({
    protocols: [red, reed, blue],
    head: { client: typeof client === "string" ? Buffer.from(client) : client, server: new Uint8Array(0) },
    peer: tcpPeer,
    isSilent: false,
    expected: null,
    ...options,
  });

test("one yes decides, all no is the fallback, and anything else waits", () => {
  expect(judge("red!x")).toEqual({ is: "protocol", protocol: red });
  expect(judge("re")).toEqual({ is: "more", isHello: false });
  expect(judge("")).toEqual({ is: "more", isHello: false });
  expect(judge("green")).toEqual({ is: "fallback", claimedBy: [] });
});

test("two that claim the same bytes are both named, and neither gets them", () => {
  const twin = claiming("twin", "red");
  expect(judge("red!", { protocols: [red, twin, blue] })).toEqual({ is: "fallback", claimedBy: ["red", "twin"] });
});

test("a tie of `more` goes to what was recorded there, but only once nobody goes on", () => {
  expect(judge("re", { expected: reed })).toEqual({ is: "more", isHello: false });
  expect(judge("re", { expected: reed, isSilent: true })).toEqual({ is: "protocol", protocol: reed });
  expect(judge("re", { expected: blue, isSilent: true })).toEqual({ is: "fallback", claimedBy: [] });
  expect(judge("re", { isSilent: true })).toEqual({ is: "fallback", claimedBy: [] });
  expect(judge("", { expected: reed, isSilent: true })).toEqual({ is: "more", isHello: false });
});

test("a head has an end", () => {
  const undecided: Protocol = { ...toy, detect: () => "more" };
  const client = new Uint8Array(headLimitBytes);
  expect(judge(client, { protocols: [undecided] })).toEqual({ is: "fallback", claimedBy: [] });
});

test("a detector that throws has said no", () => {
  const broken: Protocol = {
    ...toy,
    detect: () => {
      throw new Error("a bug");
    },
  };
  expect(judge("blue", { protocols: [broken, blue] })).toEqual({ is: "protocol", protocol: blue });
});

test("TLS comes before every protocol, over TCP", async () => {
  const whole = await helloOf("shop.example");
  const all: Protocol = { ...toy, detect: () => "yes" };
  const partial = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0);
  expect(judge(partial, { protocols: [all] })).toEqual({ is: "more", isHello: true });
  expect(judge(partial, { protocols: [all], isSilent: true })).toEqual({ is: "tls", hello: null });
  expect(judge(whole, { protocols: [all] })).toMatchObject({ is: "tls", hello: { serverName: "shop.example" } });
  expect(judge(Uint8Array.of(0x16), { protocols: [all] })).toEqual({ is: "more", isHello: true });
  const udp = { ...tcpPeer, transport: "udp" as const };
  expect(judge(partial, { protocols: [all], peer: udp })).toEqual({ is: "protocol", protocol: all });
});
