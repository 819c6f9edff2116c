import { expect, test } from "bun:test";
import {
  clientFinal,
  isProof,
  proofOf,
  readClientFinal,
  readClientFirst,
  readServerFirst,
  scramKeys,
  serverFinal,
  serverFirst,
} from "../../src/core/scram.ts";
import { exchanges } from "../support/scram-exchanges.ts";

for (const { from, hash, secret, clientSays, serverSays } of exchanges) {
  test(`proof and signature are those of ${from}`, () => {
    const first = readServerFirst(serverSays[0]);
    const bare = readClientFirst(clientSays[0])?.bare;
    const final = readClientFinal(clientSays[1]);
    if (first === undefined || final === undefined) throw new Error("a message was not read");
    const exchange = `${bare},${serverSays[0]},${final.unproven}`;
    const keys = scramKeys(secret, { hash, ...first });
    const proof = proofOf(keys, exchange);
    expect(serverFirst(first)).toBe(serverSays[0]);
    expect(clientFinal({ unproven: final.unproven, proof })).toBe(clientSays[1]);
    expect(serverFinal(keys, exchange)).toBe(serverSays[1]);
    const proven = [isProof(keys, exchange, final.proof), isProof(keys, `${exchange}x`, proof), isProof(keys, exchange, proof.subarray(1))]; // prettier-ignore
    expect(proven).toEqual([true, false, false]);
    expect(isProof(scramKeys("pen", { hash, ...first }), exchange, final.proof)).toBe(false);
  });
}

test("passwords that look alike to the server are one", () => {
  const salted = { hash: "sha256", salt: Buffer.from("salt"), iterations: 2 } as const;
  expect(scramKeys("a\u00a0b\u00adc\u2168", salted)).toEqual(scramKeys("a bcIX", salted));
});

test("a client's first message has a header, which may bind it to its channel", () => {
  const read = readClientFirst("p=tls-server-end-point,a=boss,n=a=2Cb,r=nonce,x=more");
  const bare = "n=a=2Cb,r=nonce,x=more";
  expect(read).toEqual({ header: "p=tls-server-end-point,a=boss,", bare, user: "a=2Cb", nonce: "nonce" });
});

test("what is no such message is none", () => {
  const firsts = ["", "n,,n=user", "n=user,r=nonce", "n,,m=needed,n=user,r=nonce"];
  expect(firsts.map(readClientFirst)).toEqual(firsts.map(() => undefined));
  const texts = ["", "e=other-error", "r=a,s=,i=1", "r=a,s=QQ==,i=0", "r=a,s=QQ==,i=12345678901", "s=QQ==,r=a,i=1"];
  expect(texts.map(readServerFirst)).toEqual(texts.map(() => undefined));
  const finals = ["", "c=biws,r=a", "c=biws,p=QQ==", "c=biws,r=a,p=", "c=biws,r=a,p=QQ==,x=y"];
  expect(finals.map(readClientFinal)).toEqual(finals.map(() => undefined));
});
