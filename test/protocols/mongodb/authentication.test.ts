import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { expect, test } from "bun:test";
import { Binary, deserialize, type Document } from "bson";
import { Authentication, refusedRequest, SCRUBBED, userOf } from "../../../src/protocols/mongodb/authentication.ts";
import { bson } from "./messages.ts";

const payload = (text: string): Binary => new Binary(Buffer.from(text), 0);
const first = "n=app,r=clientnonce";
const start = (mechanism: string): Uint8Array =>
  bson({
    saslStart: 1,
    mechanism,
    payload: payload(`n,,${first}`),
    options: { skipEmptyExchange: true },
    $db: "admin",
  });

/** What a client by `mechanism` is, by node:crypto; with SHA-1 `secret` is a digest. */
const clients = {
  "SCRAM-SHA-1": { hash: "sha1", length: 20 },
  "SCRAM-SHA-256": { hash: "sha256", length: 32 },
} as const;

function run(surroundings: readonly string[], mechanism: keyof typeof clients, secret: string): Document {
  const { hash, length } = clients[mechanism];
  const server = new Authentication(surroundings, "connection-1");
  const turn = (name: string, request: Uint8Array): Document => {
    const said = server.answer(name, request);
    return "document" in said ? deserialize(said.document) : said;
  };
  const said = String(turn("saslStart", start(mechanism))["payload"].toString());
  const [, nonce = "", salt = "", rounds] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(said) ?? [];
  const salted = pbkdf2Sync(secret, Buffer.from(salt, "base64"), Number(rounds), length, hash);
  const hmac = (key: Uint8Array, text: string) => createHmac(hash, key).update(text).digest();
  const client = hmac(salted, "Client Key");
  const exchange = `${first},${said},c=biws,r=${nonce}`;
  const signature = hmac(createHash(hash).update(client).digest(), exchange);
  const proof = Buffer.from(client.map((byte, at) => byte ^ (signature[at] ?? 0))).toString("base64");
  const want = `v=${hmac(hmac(salted, "Server Key"), exchange).toString("base64")}`;
  const got = turn("saslContinue", bson({ saslContinue: 1, payload: payload(`c=biws,r=${nonce},p=${proof}`) }));
  return { ...got, isProven: got["payload"]?.toString() === want };
}

test("proves itself by the password in the app's surroundings", () => {
  const surroundings = ["MONGODB_URI=mongodb://app:secret@db/"];
  const digest = createHash("md5").update("app:mongo:secret").digest("hex");
  expect(run(surroundings, "SCRAM-SHA-256", "secret")).toMatchObject({ done: true, ok: 1, isProven: true });
  expect(run(surroundings, "SCRAM-SHA-1", digest)).toMatchObject({ done: true, ok: 1, isProven: true });
});

test("without it says what is missing", () => {
  const { failure } = run(["MONGODB_URI=mongodb://db/"], "SCRAM-SHA-256", "secret");
  expect(failure).toContain('the password of "app": give it with --mongo-password');
});

test("other ways are granted, or named", () => {
  const server = new Authentication([], "connection-1");
  expect(server.answer("saslStart", start("PLAIN"))).toHaveProperty("document");
  expect(server.answer("logout", bson({ logout: 1 }))).toHaveProperty("document");
  expect(server.answer("saslStart", start("GSSAPI"))).toHaveProperty("failure");
});

test("AWS's challenge goes on from the client's nonce, and what it signs is believed", () => {
  const server = new Authentication([], "connection-1");
  const nonce = Buffer.alloc(32, 7);
  const asked = new Binary(bson({ r: new Binary(nonce, 0), p: 110 }), 0);
  const said = server.answer("saslStart", bson({ saslStart: 1, mechanism: "MONGODB-AWS", payload: asked }));
  if (!("document" in said)) throw new Error(said.failure);
  const { s, h } = deserialize((deserialize(said.document)["payload"] as Binary).buffer) as { s: Binary; h: string };
  expect([s.buffer.length, Buffer.from(s.buffer.subarray(0, 32)).equals(nonce), h]).toEqual([64, true, "sts.amazonaws.com"]); // prettier-ignore
  const proof = bson({ saslContinue: 1, payload: new Binary(bson({ a: "AWS4-HMAC-SHA256 …" }), 0) });
  const end = server.answer("saslContinue", proof);
  expect("document" in end && deserialize(end.document)["done"]).toBe(true);
});

test("a refusal is kept under who was refused, and no proof with it", () => {
  const user = userOf(start("SCRAM-SHA-256"));
  expect(user).toEqual({ mechanism: "SCRAM-SHA-256", user: "app", database: "admin" });
  expect(refusedRequest(user)).toEqual(bson({ saslStart: 1, mechanism: "SCRAM-SHA-256", user: "app", $db: "admin" }));
  expect(SCRUBBED.has("speculativeAuthenticate")).toBe(true);
});
