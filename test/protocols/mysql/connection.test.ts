import { expect, test } from "bun:test";
import { Form } from "../../../src/protocols/mysql/capabilities.ts";
import { Connection } from "../../../src/protocols/mysql/connection.ts";
import { PLAIN_DONE } from "../../../src/protocols/mysql/endings.ts";

const ok = [{ reply: "ok", ...PLAIN_DONE }] as const;
const bytes = (command: number, text: string) => Buffer.concat([Uint8Array.of(command), Buffer.from(text)]);

test("the database follows USE and COM_INIT_DB, if they were granted", () => {
  const connection = new Connection(new Form(0n), { database: "shop", user: "app" });
  const refused = [{ reply: "error", code: 1049, state: "42000", message: "" }] as const;
  const databases = [bytes(3, "USE other"), bytes(2, "third")].flatMap((payload) => {
    const request = connection.ask(payload);
    connection.answered(request, refused);
    const before = connection.identity.database;
    connection.answered(request, ok);
    return [before, connection.identity.database];
  });
  expect(databases).toEqual(["shop", "other", "other", "third"]);
});

test("another user, another identity; statements are gone", () => {
  const connection = new Connection(new Form(0n), { database: "shop", user: "app" });
  connection.statements.add(1, "SELECT 1", 0, []);
  connection.answered(connection.ask(bytes(0x11, "ed\0\0other\0")), ok);
  expect(connection.identity).toEqual({ database: "other", user: "ed" });
  expect(connection.ask(Buffer.from("17010000000001000000", "hex")).spec).toBeNull();
});
