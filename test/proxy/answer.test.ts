/** Answering, beside the rules that relay.test.ts holds: steps in order, large answers, closing. */
import { expect, test } from "bun:test";
import { type Protocol, type Session, type Step } from "../../src/core/protocol.ts";
import { answer, type Answering } from "../../src/proxy/answer.ts";
import { Conversation } from "../../src/proxy/conversation.ts";
import { answerer, dial, tcpPeer } from "../support/loopback.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const plain = { expectedFor: () => null, isTlsFor: () => false, tls: "unread" } as const;
const sure: Protocol = { ...(toyProtocol as Protocol), detect: () => "yes" };
const send = (text: string): Step<unknown> => ({ do: "send", bytes: Buffer.from(text) });

const serving = (session: Partial<Session<unknown>>, told: string[] = []) => {
  const whole: Session<unknown> = {
    start: () => [],
    data: () => [],
    wake: () => [],
    gap: () => {},
    end: () => [],
    ...session,
  };
  const options = { protocols: [sure], fallback: sure, peer: tcpPeer, open: () => whole, budgetBytes: 1 << 20 };
  return answerer(() => ({
    tls: null,
    conversation: new Conversation({ ...options, ...plain }),
    onMiss: (miss) => void told.push(`miss ${miss.asked}`),
    onUnread: (reason) => void told.push(`unread ${reason}`),
    onName: (host, addresses) => void told.push(`name ${host} ${addresses.join()}`),
  }));
};

test("every step is acted on, in order", async () => {
  const told: string[] = [];
  const middle = serving(
    {
      data: () => [
        send("one "),
        { do: "miss", miss: { protocol: "toy", asked: "b", nearest: null } },
        { do: "name", host: "h", addresses: ["10.0.0.1"] },
        { do: "wake", afterMs: 1 },
        send("two "),
      ],
      wake: () => [send("three"), { do: "close", reason: "done" }],
    },
    told,
  );
  const client = dial(middle.port);
  client.socket.write("go");
  await client.ended;
  expect(client.text).toBe("one two three");
  expect(told).toEqual(["miss b", "name h 10.0.0.1"]);
  client.socket.write("still heard, and dropped");
  client.socket.end();
  expect(await client.closed).toBeNull();
  middle.stop();
});

test("200 MB are sent whole before the FIN", async () => {
  const block = new Uint8Array(50 << 20).fill(7);
  const middle = serving({
    data: () => [
      ...Array.from({ length: 4 }, (): Step<unknown> => ({ do: "send", bytes: block })),
      { do: "close", reason: "done" },
    ],
  });
  let got = 0;
  const client = dial(middle.port);
  client.socket.removeAllListeners("data");
  client.socket.on("data", (bytes: Buffer) => (got += bytes.length));
  client.socket.write("go");
  await client.ended;
  expect(got).toBe(200 << 20);
  client.socket.destroy();
  middle.stop();
}, 30_000);

test("a client that is silent in the middle of a head is given to the fallback in time", async () => {
  const unsure: Protocol = { ...(toyProtocol as Protocol), detect: () => "more" };
  const session: Session<unknown> = {
    start: () => [],
    data: () => [send("generic")],
    wake: () => [],
    gap: () => {},
    end: () => [],
  };
  const options = { protocols: [unsure], fallback: sure, peer: tcpPeer, open: () => session, budgetBytes: 1 << 20 };
  const quiet = { tls: null, onMiss: () => {}, onUnread: () => {}, onName: () => {} };
  const middle = answerer(() => ({ ...quiet, conversation: new Conversation({ ...options, ...plain }) }));
  const client = dial(middle.port);
  client.socket.write("he");
  await client.until("generic");
  client.socket.destroy();
  middle.stop();
});

test("it is a relay: there is something to abort", () => {
  expect(answer).toBeFunction();
});

test("a session that wants to know of changes is woken by them, and no other is", async () => {
  const asking = (orOnChange: boolean) =>
    serving({
      data: () => [send("asked "), { do: "wake", afterMs: 100_000, orOnChange }],
      wake: () => [send("woken"), { do: "close", reason: "done" }],
    });
  const [curious, other] = [asking(true), asking(false)];
  const clients = [dial(curious.port), dial(other.port)] as const;
  for (const client of clients) {
    client.socket.write("go");
    await client.until("asked ");
  }
  for (const relay of [...curious.relays, ...other.relays]) if ("nudge" in relay) (relay as Answering).nudge();
  await clients[0].ended;
  expect(clients.map(({ text }) => text)).toEqual(["asked woken", "asked "]);
  for (const { socket } of clients) socket.destroy();
  curious.stop();
  other.stop();
});
