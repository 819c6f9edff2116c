import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { columns, failure, ready, recorded, replayed, row, run, tag, told } from "../../support/postgres-talk.ts";

const parsed = Buffer.concat([told("1"), told("2")]);
const select = Buffer.concat([parsed, columns(["a", 25]), row("Ann"), tag("SELECT 1"), ready()]);
const begin = [serialize.query("BEGIN"), Buffer.concat([tag("BEGIN"), ready("T")])] as const;

test("the same question gets its nth answer, byte for byte", () => {
  const other = Buffer.concat([parsed, columns(["a", 25]), row("Bob"), tag("SELECT 1"), ready()]);
  const { say } = replayed(recorded(run("SELECT a", ["7"]), select, run("SELECT a", ["7"]), other));
  expect([say(run("SELECT a", ["7"])).bytes, say(run("SELECT a", ["7"])).bytes]).toEqual([select, other]);
});

test("a miss is an error, skips to Sync, and leaves the connection usable", () => {
  const { say } = replayed(recorded(run("SELECT a", ["7"]), select));
  const miss = say(run("SELECT a", ["8"]));
  expect(miss.misses).toEqual(["SELECT a [8]"]);
  expect([miss.bytes.includes("RP001"), miss.bytes.subarray(-6).equals(ready())]).toEqual([true, true]);
  expect(say(run("SELECT a", ["7"])).bytes).toEqual(select);
});

test("a miss within a transaction fails it, until ROLLBACK, which was never recorded", () => {
  const { say } = replayed(recorded(...begin));
  expect(say(serialize.query("BEGIN")).bytes.subarray(-6)).toEqual(ready("T"));
  expect(say(serialize.query("DELETE FROM t")).bytes.subarray(-6)).toEqual(ready("E"));
  const refused = say(serialize.query("SELECT 2 FROM t"));
  expect([refused.misses, refused.bytes.includes("25P02"), refused.bytes.subarray(-6)]).toEqual([[], true, ready("E")]);
  expect(say(serialize.query("ROLLBACK")).bytes).toEqual(Buffer.concat([tag("ROLLBACK"), ready("I")]));
});

test("rows are portioned as the client asks, whatever the recording's portions were", () => {
  const rows = Buffer.concat([parsed, columns(["a", 25]), row("1"), row("2"), row("3"), tag("SELECT 3"), ready("T")]);
  const { say } = replayed(recorded(...begin, run("SELECT a"), rows));
  say(serialize.query("BEGIN"));
  const open = Buffer.concat([serialize.parse({ text: "SELECT a" }), serialize.bind({ portal: "p" }), serialize.execute({ portal: "p", rows: 2 }), serialize.sync()]); // prettier-ignore
  expect(say(open).bytes).toEqual(Buffer.concat([parsed, row("1"), row("2"), told("s"), ready("T")]));
  const more = Buffer.concat([serialize.execute({ portal: "p", rows: 2 }), serialize.sync()]);
  expect(say(more).bytes).toEqual(Buffer.concat([row("3"), tag("SELECT 1"), ready("T")]));
});

test("a cursor goes by the name that this run's client gave it, though the recording's had another", () => {
  const declared = Buffer.concat([parsed, told("n"), tag("DECLARE CURSOR"), ready("T")]);
  const fetched = Buffer.concat([columns(["a", 25]), row("Ann"), tag("FETCH 1"), ready("T")]);
  const describe = Buffer.concat([serialize.describe({ type: "P", name: "c_1" }), Buffer.from(serialize.sync())]);
  const described = Buffer.concat([columns(["a", 25]), ready("T")]);
  const declare = (name: string) => run(`DECLARE "${name}" CURSOR FOR SELECT a`);
  const { say } = replayed(recorded(...begin, declare("c_1"), declared, describe, described, serialize.query('FETCH 1 FROM "c_1"'), fetched)); // prettier-ignore
  say(serialize.query("BEGIN"));
  expect(say(declare("c_2")).bytes).toEqual(declared);
  const again = Buffer.concat([serialize.describe({ type: "P", name: "c_2" }), Buffer.from(serialize.sync())]);
  expect(say(again).bytes).toEqual(described);
  expect(say(serialize.query('FETCH 1 FROM "c_2"')).bytes).toEqual(fetched);
});

test("values come in the format that is asked for, and what has no other format is a miss that says so", () => {
  const numbers = Buffer.concat([parsed, columns(["n", 23], ["x", 16_999]), row("7", null), tag("SELECT 1"), ready()]);
  const say = (answer: Buffer) => replayed(recorded(run("SELECT n"), answer)).say(run("SELECT n", [], true));
  expect(say(numbers).bytes.includes(row(Buffer.from([0, 0, 0, 7]), null))).toBe(true);
  const unknown = Buffer.concat([parsed, columns(["x", 16_999]), row("z"), tag("SELECT 1"), ready()]);
  expect(say(unknown).bytes.includes("is asked for in binary")).toBe(true);
});

test("a copy is answered by its data", () => {
  const copying = Buffer.concat([serialize.copyData(Buffer.from("1\n")), Buffer.from(serialize.copyDone())]);
  const asked = told("G", 0, { int16: 0 });
  const exchanges = recorded(serialize.query("COPY t FROM STDIN"), asked, copying, Buffer.concat([tag("COPY 1"), ready()])); // prettier-ignore
  const { say } = replayed(exchanges);
  expect(say(serialize.query("COPY t FROM STDIN")).bytes).toEqual(asked);
  expect(say(copying).bytes).toEqual(Buffer.concat([tag("COPY 1"), ready()]));
  const { say: sayOther } = replayed(exchanges);
  sayOther(serialize.query("COPY t FROM STDIN"));
  expect(sayOther(serialize.copyData(Buffer.from("2\n")), Buffer.from(serialize.copyDone())).misses).toHaveLength(1);
});

test("a COMMIT that failed when recorded fails, and a fatal error closes the connection", () => {
  const failed = Buffer.concat([failure("40001", "retry"), ready("I")]);
  const { say } = replayed(recorded(...begin, serialize.query("COMMIT"), failed));
  say(serialize.query("BEGIN"));
  expect(say(serialize.query("COMMIT")).bytes).toEqual(failed);
  const fatal = failure("57P01", "terminating connection", "FATAL");
  const ended = replayed(recorded(serialize.query("SELECT 9 FROM t"), fatal)).say(serialize.query("SELECT 9 FROM t"));
  expect([ended.bytes.includes("57P01"), ended.closes]).toEqual([true, true]);
});
