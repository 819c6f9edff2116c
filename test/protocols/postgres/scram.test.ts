import { expect, test } from "bun:test";
import { isProof, proofOf, readServerFirst, scramKeys, signatureOf } from "../../../src/protocols/postgres/scram.ts";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

// RFC 7677, section 3.
const serverFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const exchange = `n=user,r=rOprNGfwEbeRWgbNEkqO,${serverFirst},c=biws,r=${nonce}`;
const proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

test("proof and signature are those of the RFC's example", () => {
  const first = readServerFirst(serverFirst);
  const keys = scramKeys("pencil", first?.salt ?? new Uint8Array(0), first?.iterations ?? 1);
  expect([first?.nonce, first?.iterations]).toEqual([nonce, 4096]);
  expect(base64(proofOf(keys, exchange))).toBe(proof);
  expect(base64(signatureOf(keys, exchange))).toBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  const given = Buffer.from(proof, "base64");
  expect([isProof(keys, exchange, given), isProof(keys, `${exchange}x`, given), isProof(keys, exchange, given.subarray(1))]).toEqual([true, false, false]); // prettier-ignore
});

test("passwords that look alike to the server are one", () => {
  const salt = Buffer.from("salt");
  expect(scramKeys("a\u00a0b\u00adc\u2168", salt, 2)).toEqual(scramKeys("a bcIX", salt, 2));
});

test("what is no first message is none", () => {
  const texts = ["", "e=other-error", "r=a,s=,i=1", "r=a,s=QQ==,i=0", "r=a,s=QQ==,i=12345678901", "s=QQ==,r=a,i=1"];
  expect(texts.map(readServerFirst)).toEqual(texts.map(() => undefined));
});
