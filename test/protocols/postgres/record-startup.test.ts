import { expect, test } from "bun:test";
import { StartupRecord } from "../../../src/protocols/postgres/record-startup.ts";

test("of authentication only the method's name is kept", () => {
  const record = new StartupRecord();
  record.asked({
    message: "startup",
    major: 3,
    minor: 2,
    options: [
      ["user", "app"],
      ["application_name", "shop"],
    ],
  });
  record.told({ message: "negotiate", minor: 0, refused: [] });
  record.told({ message: "authentication", method: 10, data: new Uint8Array(0) });
  record.answered(Buffer.from("SCRAM-SHA-256-PLUS\0\0\0\0\x20p=tls-server-end-point,,n=,r=secret"));
  record.told({ message: "authentication", method: 0, data: new Uint8Array(0) });
  record.told({ message: "parameter", name: "TimeZone", value: "UTC" });
  expect(record.told({ message: "tag", tag: "SELECT 1" })).toBe(false);
  expect(record.finish()).toEqual({
    type: "session",
    database: "app",
    user: "app",
    minor: 0,
    options: [["application_name", "shop"]],
    encryption: "none",
    authentication: "scram-sha-256-plus",
    replies: [{ reply: "parameter", name: "TimeZone", value: "UTC" }],
  });
});
