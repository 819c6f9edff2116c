import { expect, test } from "bun:test";
import { namedValueAt } from "../../../src/core/secrets/named-values.ts";

/** What is found at the first of these words. */
function found(text: string, word = /pass|token|secret|key|pin|authorization|cookie|identified/i): readonly string[] {
  const at = text.search(word);
  return namedValueAt(text, at).spans.map(({ from, to, surround }) => `${surround} ${text.slice(from, to)}`);
}

test("in JSON, and in JSON within it", () => {
  expect(found('{"password":"a\\"b","x":1}')).toEqual(['json a\\"b']);
  expect(found('{ "accessToken" : "abc" }')).toEqual(["json abc"]);
  expect(found('{"e":"{\\"password\\":\\"a\\\\\\"b\\"}"}')).toEqual(['json2 a\\\\\\"b']);
  expect(found('{"tokens":["k3J9xQ7mZp1Lw8Rt","b"]}')).toEqual(["json k3J9xQ7mZp1Lw8Rt"]);
  expect(found('{"pin":1234}')).toEqual(["plain 1234"]);
  expect(found("{'password': 'abc'}")).toEqual(["plain abc"]);
  for (const empty of ['{"password":null}', '{"password":""}', '{"token":{"a":1}}', '{"secret":true}', '{"token":[]}'])
    expect(found(empty)).toEqual([]);
});

test("in forms, URLs, XML, multipart, settings, command lines, statements", () => {
  expect(found("user=ann&password=a%21b&go=1")).toEqual(["url a%21b"]);
  expect(found("user%5Bpassword%5D=abc&x=1")).toEqual(["url abc"]);
  expect(found("/cb#access_token=abc&x")).toEqual(["url abc"]);
  expect(found("<a><password>p&amp;q</password></a>")).toEqual(["xml p&amp;q"]);
  expect(found('<login secret="abc" user="ann"/>')).toEqual(["xml abc"]);
  expect(found("<x:password><![CDATA[a<b]]></x:password>")).toEqual(["plain a<b"]);
  expect(found('form-data; name="password"\r\n\r\nabc\r\n--xx')).toEqual(["plain abc"]);
  expect(found("db_password: abc\nretries: 3")).toEqual(["plain abc"]);
  expect(found('API_TOKEN="a b"')).toEqual(["xml a b"]);
  expect(found("app --token abc --x 1")).toEqual(["plain abc"]);
  expect(found("ALTER USER ann WITH PASSWORD 'it''s'")).toEqual(["sql it''s"]);
  expect(found("CREATE USER a IDENTIFIED BY 'abc'")).toEqual(["sql abc"]);
  expect(found("Authorization: Bearer abc\r\nHost: x")).toEqual(["plain abc"]);
  expect(found("Cookie: theme=dark; sid=k3J9\nX: y")).toEqual(["url k3J9"]);
});

test("in paths behind a name, in codes of a URL, in lines that log in", () => {
  expect(found("/reset-password/k3J9xQ7mZp1Lw8Rt?x=1")).toEqual(["url k3J9xQ7mZp1Lw8Rt"]);
  expect(found("/password/reset/step")).toEqual([]);
  expect(found("/cb?code=k3J9xQ7mZp1Lw8Rt&state=1", /code/)).toEqual(["url k3J9xQ7mZp1Lw8Rt"]);
  expect(found('{"code":"ERR_INVALID_ARGUMENT_1"}', /code/)).toEqual([]);
  expect(found("PASS abc\r\n")).toEqual(["plain abc"]);
});

test("prose, keys, types and what is filled in is left", () => {
  for (const text of [
    "the password is wrong",
    "token:42",
    "SET password = $1",
    "token_type=bearer",
    "tokenizer=abc",
    "passed: yes",
    "a key: b",
    "WHERE token IS NULL",
    "keyboard=qwerty",
  ])
    expect([text, found(text)]).toEqual([text, []]);
});
