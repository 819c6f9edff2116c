import { expect, test } from "bun:test";
import { Passwords } from "../../src/core/passwords.ts";
import { readClientFirst, readServerFirst } from "../../src/core/scram.ts";
import { ScramServer } from "../../src/core/scram-server.ts";
import { exchanges } from "../support/scram-exchanges.ts";

for (const { from, hash, secret, clientSays, serverSays } of exchanges) {
  test(`says what the server of ${from} says`, () => {
    const first = readClientFirst(clientSays[0]);
    const kept = readServerFirst(serverSays[0]);
    if (first === undefined || kept === undefined) throw new Error("a message was not read");
    const more = kept.nonce.slice(first.nonce.length);
    const secretOf = (password: string) => (password === "pencil" ? secret : password);
    const server = new ScramServer(first, more, { hash, ...kept, secretOf });
    expect(server.first).toBe(serverSays[0]);
    expect(server.last(clientSays[1], new Passwords(["A=pen", "B=pencil"]))).toBe(serverSays[1]);
    expect(server.last(clientSays[1], new Passwords(["A=pen"]))).toBeNull();
    expect(server.last("c=biws", new Passwords(["B=pencil"]))).toBeNull();
  });
}
