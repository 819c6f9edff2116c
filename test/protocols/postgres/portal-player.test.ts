import { expect, test } from "bun:test";
import { PortalPlayer } from "../../../src/protocols/postgres/portal-player.ts";
import { asking } from "../../../src/protocols/postgres/reply-bytes.ts";
import type { Reply } from "../../../src/protocols/postgres/spec.ts";
import { row, tag, told } from "../../support/postgres-talk.ts";

const player = (...replies: Reply[]): PortalPlayer =>
  new PortalPlayer(asking({ form: "extended", database: "d", user: "u", sql: "SELECT", cursor: null, parameters: [], resultFormats: [] }, { replies }), []); // prettier-ignore
const play = (portal: PortalPlayer, limit: number) => {
  const sent: Uint8Array[] = [];
  const { ended } = portal.execute(limit, (bytes) => sent.push(bytes));
  return [ended, Buffer.concat(sent).toString("hex")];
};
const hex = (...messages: Buffer[]): string => Buffer.concat(messages).toString("hex");

test("portions as recorded are sent as recorded, and in one go with the count of all", () => {
  const replies: Reply[] = [{ reply: "rows", rows: Buffer.concat([row("1"), row("2")]) }, { reply: "suspended" }, { reply: "rows", rows: row("3") }, { reply: "tag", tag: "SELECT 1" }]; // prettier-ignore
  const same = player(...replies);
  expect(play(same, 2)).toEqual(["suspended", hex(row("1"), row("2"), told("s"))]);
  expect(play(same, 2)).toEqual(["complete", hex(row("3"), tag("SELECT 1"))]);
  expect(play(player(...replies), 0)).toEqual(["complete", hex(row("1"), row("2"), row("3"), tag("SELECT 3"))]);
});

test("rows that were never fetched are missing, and the tag of CREATE TABLE AS is left alone", () => {
  expect(play(player({ reply: "rows", rows: row("1") }, { reply: "suspended" }), 0)[0]).toBe("missing");
  expect(play(player({ reply: "tag", tag: "SELECT 5" }), 9)).toEqual(["complete", hex(tag("SELECT 5"))]);
});
