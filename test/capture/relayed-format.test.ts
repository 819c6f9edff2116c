import { expect, test } from "bun:test";
import { readNote } from "../../src/capture/relayed-format.ts";

const broken = { unread: "what the proxy noted of it is broken" };

test.each([
  ['{"host":"db.test","isTls":true}', { host: "db.test", isTls: true }],
  ['{"host":null,"isTls":false,"more":1}', { host: null, isTls: false }],
  ['{"unread":"pinned"}', { unread: "pinned" }],
  ['{"host":7,"isTls":true}', broken],
  ['{"host":"db', broken],
  ["null", broken],
  ["", broken],
])("%p", (text, note) => {
  expect(readNote(new TextEncoder().encode(text))).toEqual(note);
});
