import { expect, test } from "bun:test";
import { readJwt, signatureOf, writeJwt } from "../../../src/core/secrets/jwt.ts";
import { signedToken } from "../../support/planted-secrets.ts";

test("a token is read, signed with its key, and written as it was", () => {
  const token = signedToken("a key", { sub: "7", at: "ü" });
  const jwt = readJwt(token);
  expect(jwt).toMatchObject({ header: '{"alg":"HS256","typ":"JWT"}', payload: '{"sub":"7","at":"ü"}' });
  if (jwt === undefined) return;
  expect(writeJwt(jwt)).toBe(token);
  expect(signatureOf(jwt, "a key")).toBe(jwt.signature);
  expect(signatureOf(jwt, "another")).not.toBe(jwt.signature);
  expect(signatureOf({ ...jwt, header: '{"alg":"RS256"}' }, "a key")).toBeUndefined();
});

test("what is no token, or would not come out the same, is none", () => {
  const [head, payload, signature] = signedToken("k", {}).split(".");
  for (const text of ["", "a.b.c", `${head}.${payload}`, `${head}.${payload}.${signature}.x`, `${head}=.${payload}.s`])
    expect(readJwt(text)).toBeUndefined();
});
