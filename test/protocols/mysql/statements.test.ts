import { expect, test } from "bun:test";
import { PayloadReader } from "../../../src/protocols/mysql/payload-reader.ts";
import { Form } from "../../../src/protocols/mysql/capabilities.ts";
import { Com } from "../../../src/protocols/mysql/commands.ts";
import { StatementTable } from "../../../src/protocols/mysql/statements.ts";

const reader = (hex: string) => new PayloadReader(Buffer.from(hex, "hex"));
const form = new Form(0n);

test("long data goes into the next execution and no further", () => {
  const table = new StatementTable();
  table.add(5, "INSERT INTO t VALUES (?)", 1, []);
  for (const piece of ["6162", "63"]) table.longData(reader(`05000000${"0000"}${piece}`));
  const executed = table.execute(reader("05000000" + "00" + "01000000" + "00" + "01" + "fc00"), Com.Execute, form);
  expect(executed?.parameters).toEqual([{ type: 252, name: "", value: "abc" }]);
  const again = table.execute(reader("05000000" + "01" + "01000000" + "00" + "00" + "0178"), Com.Execute, form);
  expect([again?.parameters[0]?.value, again?.isCursor]).toEqual(["x", true]);
});

test("numbers are free again once closed, and the last one has a name", () => {
  const table = new StatementTable();
  table.add(1, "SELECT 1", 0, []);
  expect([table.get(0xffffffff)?.sql, table.free(1), table.free(4)]).toEqual(["SELECT 1", 2, 4]);
  table.close(reader("01000000"));
  expect([table.get(1), table.free(1)]).toEqual([undefined, 1]);
  table.fail();
  expect(table.get(0xffffffff)).toBeUndefined();
  expect(table.execute(reader("09000000"), Com.Execute, form)).toBeNull();
});

test("a bulk execution is read row by row, by the types of the one before; what cannot be read is kept as it was sent", () => {
  const table = new StatementTable();
  table.add(5, "INSERT INTO t VALUES (?)", 1, []);
  const values = (rest: string) =>
    table.execute(reader(`05000000${rest}`), Com.BulkExecute, form)?.parameters.map(({ value }) => value);
  expect(values("0000" + "0001ff")).toEqual([Uint8Array.of(0, 0, 0, 1, 0xff)]);
  expect(values("8000" + "fd00" + "000178" + "000179")).toEqual(["2", "x", "y"]);
  expect(values("0000" + "00017a")).toEqual(["1", "z"]);
});
