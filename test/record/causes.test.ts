import { expect, test } from "bun:test";
import type { Actor } from "../../src/capture/act.ts";
import type { Flow } from "../../src/capture/flow-events.ts";
import { RecordedCauses } from "../../src/record/causes.ts";

const flow = (id: string, direction: Flow["direction"]): Flow => ({
  id,
  direction,
  client: { address: "127.0.0.1", port: 40_000 },
  server: { address: "10.1.2.3", port: 80 },
  transport: "tcp",
  internal: false,
});
const incoming = flow("in", "incoming");
const outgoing = flow("out", "outgoing");

const actorOf = (kind: Actor["kind"], isPolled: boolean, lineage: readonly number[], bornNs = 0): Actor => ({
  kind,
  process: 1,
  lineage: lineage.map((number) => ({ number, bornNs })),
  isPolled,
  isSure: false,
});
const thread = (number: number, bornNs = 0) => actorOf("thread", false, [number], bornNs);
const goroutine = (...lineage: readonly number[]) => actorOf("goroutine", true, lineage);
const inMilliseconds = (stampNs: number) => stampNs / 1e6;

const told = (causes: RecordedCauses) => {
  const does = (how: "send" | "receive") => (of: Flow, actor: Actor, at: number) =>
    causes.act({ type: "act", flow: of, act: { does: how, actor, seq: 0, length: 0, first: 0 }, at });
  return { sends: does("send"), receives: does("receive") };
};
const content = { shape: () => "shape", data: () => ({ id: 7 }) };
const exchange = (startedAt: number, endedAt: number) => ({ spec: null, reuse: "once" as const, startedAt, endedAt });

test("a test is its last reader's and who answered, a mock whoever sent the piece in which it begins", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends, receives } = told(causes);
  receives(incoming, thread(5), 10);
  receives(incoming, thread(6), 11);
  sends(outgoing, thread(7), 12);
  sends(outgoing, thread(6), 13);
  causes.mock("out", exchange(13, 14), content);
  sends(incoming, thread(6), 15);
  causes.test("in", exchange(9, 15.5), content.data);
  expect(causes.askerOf(0)).toBe(causes.readerOf(0));
  expect([causes.readAtOf(0), causes.respondedAtOf(0)]).toEqual([11, 15]);
  expect(causes.responderOf(0)).toBe(causes.readerOf(0));
  expect(causes.readerOf(0)).toBeGreaterThan(0);
});

test("where the piece was not seen, the only one to send since the answer before is meant", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  sends(outgoing, thread(1), 1);
  causes.passed("out", exchange(2, 3));
  sends(outgoing, thread(2), 4);
  causes.mock("out", exchange(5, 6), content);
  sends(outgoing, thread(3), 7);
  sends(outgoing, thread(4), 8);
  causes.mock("out", exchange(9, 10), content);
  expect(causes.askerOf(0)).toBe(2);
  expect(causes.askerOf(1)).toBe(0);
});

test("where requests follow each other too fast to tell, who has sent one of them is said only of who alone has sent", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  // Seen late: the first two together, the third before the first answer.
  sends(outgoing, thread(1), 1);
  sends(outgoing, thread(2), 2);
  sends(outgoing, thread(3), 4);
  causes.mock("out", exchange(3, 10), content);
  causes.mock("out", exchange(3, 10), content);
  causes.mock("out", exchange(5, 10), content);
  // The rest of what the one before has sent, and what another sends then.
  sends(outgoing, thread(3), 9);
  sends(outgoing, thread(4), 11);
  causes.mock("out", exchange(12, 13), content);
  // Sent before that was answered.
  sends(outgoing, thread(5), 12.5);
  sends(outgoing, thread(6), 13.5);
  causes.mock("out", exchange(14, 15), content);
  expect([0, 1, 2, 3, 4].map((mock) => causes.askerOf(mock))).toEqual([0, 0, 3, 4, 0]);
});

test("goroutines have parents, and a thread that waits for many sockets says nothing of whom it asks for", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  sends(outgoing, goroutine(20, 7), 1);
  causes.mock("out", exchange(1, 2), content);
  sends(outgoing, goroutine(7), 3);
  causes.mock("out", exchange(3, 4), content);
  sends(outgoing, { ...thread(8), isPolled: true }, 5);
  causes.mock("out", exchange(5, 6), content);
  expect(causes.parentOf(causes.askerOf(0))).toBe(causes.askerOf(1));
  expect(causes.askerOf(1)).toBeGreaterThan(0);
  expect([causes.askerOf(2), causes.shapeOf(1)]).toEqual([0, 0]);
  expect(causes.shapeOf(2)).toBeGreaterThan(0);
});

test("a thread's number that another one has later is told by its birth", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  for (const [at, bornNs] of [
    [1, 0],
    [2, 0],
    [3, 2_500_000],
    [4, 2_500_000],
  ] as const) {
    // prettier-ignore
    sends(outgoing, thread(7, bornNs), at);
    causes.mock("out", exchange(at, at + 0.5), content);
  }
  const [first, second, third, fourth] = [0, 1, 2, 3].map((mock) => causes.askerOf(mock));
  expect([first === second, second === third, third === fourth]).toEqual([true, false, true]);
  expect([causes.bornAtOf(third ?? 0), causes.isThread(third ?? 0)]).toEqual([2.5, true]);
});

test("an event loop's own number for a request is who handles it and who asks", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends, receives } = told(causes);
  const request = actorOf("request", true, [77]);
  receives(incoming, thread(1), 2);
  sends(outgoing, request, 3);
  causes.mock("out", exchange(3, 4), content);
  causes.mock("out", exchange(3, 5), content);
  sends(incoming, request, 6);
  causes.test("in", exchange(1, 7), content.data);
  expect([causes.readerOf(0), causes.readAtOf(0), causes.responderOf(0)]).toEqual([
    causes.askerOf(0),
    1,
    causes.askerOf(0),
  ]);
  expect([causes.isGuess(0), causes.isGuess(1), causes.shapeOf(0)]).toEqual([true, true, 0]);
});

test("where a known driver sends for several requests at once, each is who asks", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  const [one, other] = [1, 2].map((number) => ({ ...actorOf("request", true, [number]), isSure: true }));
  if (one === undefined || other === undefined) throw new Error("there are two");
  sends(outgoing, one, 1);
  sends(outgoing, other, 2);
  sends(outgoing, actorOf("request", true, [3]), 3);
  for (const at of [1, 2, 3]) causes.mock("out", exchange(at, 4 + at), content);
  expect([0, 1, 2].map((mock) => causes.askerOf(mock))).toEqual([1, 2, 3]);
  expect([0, 1, 2].map((mock) => causes.isGuess(mock))).toEqual([false, false, true]);
});

test("what tests and mocks hold is kept where a mock's asker has read no request", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends, receives } = told(causes);
  causes.test("in", exchange(0, 1), content.data);
  receives(incoming, thread(1), 2);
  sends(outgoing, thread(1), 3);
  causes.mock("out", exchange(3, 4), content);
  causes.test("in", exchange(1.5, 5), content.data);
  sends(outgoing, thread(2), 6);
  causes.mock("out", exchange(6, 7), content);
  causes.test("in", exchange(5.5, 8), content.data);
  expect([0, 1, 2].map((index) => causes.tokensOfTest(index)?.length)).toEqual([undefined, undefined, 1]);
  expect([0, 1].map((mock) => causes.tokensOfMock(mock)?.length)).toEqual([undefined, 1]);
  expect(causes.tokensOfMock(1)).toEqual(causes.tokensOfTest(2));
});

test("of what nobody is known to have asked for the kind is kept, but not of what came at its own time", () => {
  const causes = new RecordedCauses(inMilliseconds);
  causes.mock("out", exchange(1, 2), content);
  causes.mock("out", exchange(3, 3), content);
  expect([causes.shapeOf(0) > 0, causes.shapeOf(1)]).toEqual([true, 0]);
});

test("and where who asks on an event loop is not sure", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  const request = (number: number, isSure: boolean) => ({ ...actorOf("request", true, [number]), isSure });
  for (const [at, isSure] of [
    [1, true],
    [3, false],
  ] as const) {
    sends(outgoing, request(at, isSure), at);
    causes.mock("out", exchange(at, at + 1), content);
  }
  expect([0, 1].map((mock) => causes.tokensOfMock(mock)?.length)).toEqual([undefined, 1]);
});

test("of a connection that has ended nothing is kept", () => {
  const causes = new RecordedCauses(inMilliseconds);
  told(causes).sends(outgoing, thread(1), 1);
  causes.close(outgoing);
  causes.mock("out", exchange(1, 2), content);
  expect(causes.askerOf(0)).toBe(0);
});

test("numbers hold for more contexts than are remembered by name", () => {
  const causes = new RecordedCauses(inMilliseconds);
  const { sends } = told(causes);
  for (let task = 1; task <= 200_000; task++) {
    sends(outgoing, goroutine(task), task);
    if (task % 1_000 === 0) causes.mock("out", exchange(task, task + 0.5), content);
  }
  expect(causes.contexts).toBe(200_001);
  expect([causes.askerOf(0), causes.askerOf(199)]).toEqual([1_000, 200_000]);
});
