import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { PayloadReader } from "../../../src/protocols/mysql/payload-reader.ts";
import { Can } from "../../../src/protocols/mysql/capabilities.ts";
import { decodeChangeUser, decodeGreeting, decodeHello, encodeGreeting, isTlsRequest } from "../../../src/protocols/mysql/greeting.ts"; // prettier-ignore
import { PacketReader } from "../../../src/protocols/mysql/packets.ts";
import { streamOf, wiresOf } from "../../support/wire.ts";

const first = (name: string, from: "client" | "server"): Uint8Array => {
  const wire = wiresOf("mysql").find((each) => each.name === `mysql/${name}`);
  const reader = new PacketReader();
  reader.push(streamOf(wire?.lines ?? [], from));
  return reader.next()?.payload ?? new Uint8Array(0);
};
const challenge = Buffer.from("abcdefghijklmnopqrst");

test("MariaDB's greeting is read, and one with the same content written", () => {
  const greeting = decodeGreeting(first("mysql2", "server"));
  expect([greeting.version, greeting.plugin]).toEqual(["5.5.5-10.11.19-MariaDB-0+deb12u1", "mysql_native_password"]);
  expect(greeting.connection).toBeGreaterThan(0);
  expect([greeting.capabilities & Can.Mysql, greeting.capabilities & Can.CacheMetadata]).toEqual([0n, Can.CacheMetadata]); // prettier-ignore
  expect(decodeGreeting(encodeGreeting(greeting, challenge))).toEqual(greeting);
  expect(() => decodeGreeting(Uint8Array.of(9))).toThrow(FormatError);
});

test("drivers' answers say who they are", () => {
  const hellos = ["mysql2", "go-sql-driver", "pymysql-ed25519"].map((name) => decodeHello(first(name, "client")));
  expect(hellos.map(({ user, database, plugin }) => [user, database, plugin])).toEqual([
    ["app", "shop", "mysql_native_password"],
    ["app", "shop", "mysql_native_password"],
    ["ed", "shop", "mysql_native_password"],
  ]);
});

test("a request for TLS stops before the user's name", () => {
  const request = Buffer.alloc(32);
  request.writeUInt32LE(Number(Can.Tls | Can.Protocol41), 0);
  expect([isTlsRequest(request), isTlsRequest(first("mysql2", "client"))]).toEqual([true, false]);
});

test("COM_CHANGE_USER", () => {
  const payload = Buffer.concat([Buffer.from("ann\0"), Buffer.from([2, 1, 2]), Buffer.from("shop\0-\0some_plugin\0")]);
  expect(decodeChangeUser(new PayloadReader(payload), Can.PluginAuth)).toMatchObject({ user: "ann", database: "shop", plugin: "some_plugin", isEmptyProof: false }); // prettier-ignore
});
