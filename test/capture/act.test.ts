import { expect, test } from "bun:test";
import { ACT, readAct } from "../../src/capture/act.ts";
import { actRecord } from "../support/records.ts";

const read = (bytes: Uint8Array<ArrayBuffer>) => readAct(bytes, new Uint32Array(bytes.buffer), 8);

test("an act is read field by field", () => {
  const bytes = actRecord({
    from: "10.0.0.1:40000",
    to: "10.0.0.2:80",
    does: "send",
    seq: 7,
    length: 3,
    first: 5,
    kind: "goroutine",
    process: 12,
    lineage: [
      [2 ** 40 + 5, 2 ** 45 + 1],
      [9, 0],
    ],
    isPolled: true,
  });
  expect(bytes[8 + 63]).toBe(ACT);
  expect(read(bytes)).toEqual({
    does: "send",
    seq: 7,
    length: 3,
    first: 5,
    actor: {
      kind: "goroutine",
      process: 12,
      lineage: [
        { number: 2 ** 40 + 5, bornNs: 2 ** 45 + 1 },
        { number: 9, bornNs: 0 },
      ],
      isPolled: true,
      isSure: false,
    },
  });
  expect(read(actRecord({ from: "10.0.0.1:1", to: "10.0.0.2:2", does: "receive" }))).toMatchObject({ does: "receive" });
});

test("a bit of a request's number says that it is sure", () => {
  const act = { from: "10.0.0.1:1", to: "10.0.0.2:2", does: "send", kind: "request" } as const;
  const actors = [7, 2 ** 52 + 7].map((number) => read(actRecord({ ...act, lineage: [[number, 0]] }))?.actor);
  expect(actors.map((actor) => [actor?.isSure, actor?.lineage])).toEqual([
    [false, [{ number: 7, bornNs: 0 }]],
    [true, [{ number: 7, bornNs: 0 }]],
  ]);
});

test("a record of another length is none", () => {
  const bytes = actRecord({ from: "10.0.0.1:1", to: "10.0.0.2:2", does: "send" });
  new DataView(bytes.buffer).setUint32(8 + 20, 16, true);
  expect(read(bytes)).toBeNull();
});
