import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import type { ShownChain } from "../../src/core/shown-chain.ts";
import { mindingPins, pinnedSentence } from "../../src/proxy/pinned.ts";
import { Refusals } from "../../src/proxy/refusals.ts";
import { readClientHello } from "../../src/proxy/client-hello.ts";
import { createUpstreams } from "../../src/proxy/tls/upstream.ts";
import { helloOf } from "../support/client-hello.ts";
import { authority, connectRaw, echo, leaf, listenTls } from "../support/tls-ends.ts";
import { tlsOptions } from "../support/tls-options.ts";

const opening = async (roots: readonly string[], where: string | null | Error) => {
  using server = listenTls((line) => void echo(line), { leaf });
  const hello = readClientHello(await helloOf("shop.example"));
  if (hello.is !== "yes") throw new Error("this is no hello");
  const seen: ShownChain[] = [];
  const refusals = new Refusals();
  const destination = { address: "192.0.2.1", port: 443 };
  const pinnedIn = async (shown: ShownChain) => {
    seen.push(shown);
    if (where instanceof Error) throw where;
    return where;
  };
  const upstreams = mindingPins(createUpstreams(tlsOptions(roots)), pinnedIn, { ...destination, refusals });
  const line = await connectRaw(server.port);
  const upstream = await upstreams.open({ line, hello, ...destination, alpn: [], isFresh: true });
  line.terminate();
  return { upstream, seen, refused: refusals.reasonFor({ ...destination, serverName: "shop.example" }) };
};

test("a server that the client's program knows is left to it, this time and later, with the reason", async () => {
  const reason = pinnedSentence("its file");
  const { upstream, refused, seen } = await opening([authority.certificate], "its file");
  expect([upstream, refused]).toEqual([{ is: "blind", reason }, reason]);
  const [shown] = seen;
  expect([seen.length, shown?.isBelieved]).toEqual([1, true]);
  expect(new X509Certificate(shown?.chain[0] ?? "").toString()).toBe(new X509Certificate(leaf.certificate).toString());
});

test("one that it does not know goes on, also where nobody could look", async () => {
  for (const where of [null, new Error("gone")]) {
    const { upstream, refused, seen } = await opening([], where);
    expect([upstream.is, refused, seen[0]?.isBelieved]).toEqual(["open", null, false]);
  }
});
