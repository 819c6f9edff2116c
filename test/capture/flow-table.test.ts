import { expect, test } from "bun:test";
import { FlowTable } from "../../src/capture/flow-table.ts";
import { batchOf } from "../support/records.ts";

const words = (from: string, to: string) => new Uint32Array(batchOf([{ from, to }]).bytes.buffer);
const HEAD = 2;
const TCP = 6;
const [there, back] = [words("10.0.0.1:4000", "10.0.0.2:80"), words("10.0.0.2:80", "10.0.0.1:4000")];

test("a flow is found from both sides, by transport, till it is forgotten", () => {
  const table = new FlowTable<string>();
  expect(table.find(there, HEAD, TCP)).toBeNull();
  const forget = table.add(there, HEAD, TCP, { flow: "a", from: "client" });
  expect(table.find(there, HEAD, TCP)).toMatchObject({ flow: "a", from: "client" });
  expect(table.find(back, HEAD, TCP)).toMatchObject({ flow: "a", from: "server" });
  expect(table.find(there, HEAD, 17)).toBeNull();
  forget();
  expect(table.find(there, HEAD, TCP)).toBeNull();
  expect(table.find(back, HEAD, TCP)).toBeNull();
});

test("many flows stay apart", () => {
  const table = new FlowTable<number>();
  const all = Array.from({ length: 20_000 }, (_, i) =>
    words(`10.0.${i >> 8}.${i & 255}:${1024 + (i % 60_000)}`, "10.9.9.9:80"),
  );
  const forgets = all.map((each, flow) => table.add(each, HEAD, TCP, { flow, from: "client" }));
  forgets.forEach((forget, i) => i % 2 === 0 && forget());
  const found = all.map((each) => table.find(each, HEAD, TCP)?.flow ?? null);
  expect(found).toEqual(all.map((_, i) => (i % 2 === 0 ? null : i)));
});
