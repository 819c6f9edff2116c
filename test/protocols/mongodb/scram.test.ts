import { expect, test } from "bun:test";
import { isProof, scramKeys, signatureOf } from "../../../src/protocols/mongodb/scram.ts";

/** The exchanges of MongoDB's own specification of authentication. */
const exchanges = [
  {
    hash: "sha1",
    bare: "n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    server: "r=fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE,s=rQ9ZY3MntBeuP3E1TDVC4w==,i=10000",
    final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE",
    proof: "MC2T8BvbmWRckDw8oWl5IVghwCY=",
    signature: "UMWeI25JD1yNYZRMpZ4VHvhZ9e0=",
  },
  {
    hash: "sha256",
    bare: "n=user,r=rOprNGfwEbeRWgbNEkqO",
    server: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    proof: "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  },
] as const;

for (const { hash, bare, server, final, proof, signature } of exchanges) {
  test(`proves and is proven to by ${hash}`, () => {
    const [, salt = "", iterations] = /s=([^,]+),i=(\d+)/.exec(server) ?? [];
    const salted = { hash, user: "user", salt: Buffer.from(salt, "base64"), iterations: Number(iterations) };
    const exchange = `${bare},${server},${final}`;
    const keys = scramKeys("pencil", salted);
    expect(isProof(hash, keys, { exchange, proof: Buffer.from(proof, "base64") })).toBe(true);
    expect(isProof(hash, scramKeys("pen", salted), { exchange, proof: Buffer.from(proof, "base64") })).toBe(false);
    expect(Buffer.from(signatureOf(hash, keys, exchange)).toString("base64")).toBe(signature);
  });
}
