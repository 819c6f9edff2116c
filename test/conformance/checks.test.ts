/**
 * The conformance checks themselves: silent about a protocol that keeps the contract, and each with a sentence about
 * one that breaks its rule.
 */
import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { FormatError } from "../../src/core/errors.ts";
import { type Protocol, type Session } from "../../src/core/protocol.ts";
import { toyProtocol, type ToySpec } from "../support/toy-protocol.ts";
import { type Wire } from "../support/wire.ts";
import { cuttingFaults } from "./cutting.ts";
import { detectionFaults } from "./detection.ts";
import { gapFaults } from "./gaps.ts";
import { hugeLengthFaults, mutationFaults, randomFaults } from "./hostile.ts";
import { replayFaults } from "./replaying.ts";
import { nothing, setUps } from "./set-up.ts";
import { editFaults, yamlFaults } from "./yaml.ts";

const wire: Wire = {
  protocol: "toy",
  driver: "by hand",
  port: 77,
  transport: "tcp",
  lines: ["first", "second", "third"].flatMap((word, at) => [
    { from: "client" as const, at, connection: 0, bytes: new TextEncoder().encode(`${word}\n`) },
    { from: "server" as const, at: at + 0.5, connection: 0, bytes: new TextEncoder().encode(`${at} ${word}\n`) },
  ]),
};

type Toy = Protocol<ToySpec>;

/** The toy, with its recording session changed. */
const recording = (change: (session: Session<ToySpec>) => Partial<Session<ToySpec>>): Toy => ({
  ...toyProtocol,
  record: (peer) => {
    const session = toyProtocol.record(peer);
    return { ...session, ...change(session) };
  },
});

test("no check complains about a protocol that keeps the contract", () => {
  expect(detectionFaults([toyProtocol], wire, "toy")).toEqual([]);
  expect(cuttingFaults(toyProtocol, wire)).toEqual([]);
  expect(yamlFaults(toyProtocol, wire)).toEqual([]);
  expect(editFaults(toyProtocol, wire, 500)).toEqual([]);
  expect(replayFaults(toyProtocol, wire, nothing)).toEqual([]);
  expect(gapFaults(toyProtocol, wire)).toEqual([]);
  expect(randomFaults(toyProtocol, 50)).toEqual([]);
  expect(mutationFaults(toyProtocol, wire, 50)).toEqual([]);
  expect(hugeLengthFaults(toyProtocol, wire, 20)).toEqual([]);
});

test("detection that changes its mind, claims twice or not at all is named", () => {
  const wavering: Toy = { ...toyProtocol, detect: (head) => (head.client.length === 1 ? "yes" : "no") };
  expect(detectionFaults([wavering], wire, "toy")[0]).toStartWith("toy said no at 0+0 bytes");
  expect(detectionFaults([toyProtocol, { ...toyProtocol, name: "twin" }], wire, "toy")).toEqual([
    "connection 0 is claimed by [toy, twin], not by [toy]; undecided: []",
  ]);
  expect(detectionFaults([{ ...toyProtocol, detect: () => "more" }], wire, "toy")).toHaveLength(1);
});

test("a session that takes a chunk for a message is named", () => {
  const chunkwise = recording((session) => ({
    data: (chunk) => (chunk.bytes.at(-1) === 0x0a ? session.data(chunk) : []),
  }));
  expect(cuttingFaults(chunkwise, wire)[0]).toStartWith("cut at 1: exchange 0 is");
});

test("a spec that YAML loses, and an edit that crashes the reader, are named", () => {
  const losing: Toy = { ...toyProtocol, fromYaml: () => ({ asked: "first", answered: "?" }) };
  expect(yamlFaults(losing, wire)).toHaveLength(3);
  const withDate = { ...toyProtocol, toYaml: (spec: ToySpec) => ({ kind: "Toy", spec: { ...spec, at: new Date(0) } }) };
  expect(yamlFaults(withDate, wire)[0]).toBe("exchange 0: spec.at is not a plain object");
  const trusting: Toy = {
    ...toyProtocol,
    fromYaml: (_kind, spec) => ({ ...(spec as ToySpec), asked: (spec as ToySpec).asked.trim() }),
  };
  expect(editFaults(trusting, wire, 500)[0]).toStartWith("TypeError");
});

test("an answer that is not the recorded one is named", () => {
  const shouting: Toy = {
    ...toyProtocol,
    replay: (peer, pool) =>
      toyProtocol.replay(peer, {
        ...pool,
        take: () => ({ found: true, spec: { asked: "", answered: "X" }, mock: "m", certainty: "exact" }),
      }),
  };
  expect(replayFaults(shouting, wire, nothing)[0]).toBe(
    'connection 0 differs at byte 0: "X\\nX\\nX\\n" instead of "0 first\\n1 second\\n2 third\\n" (6 bytes, not 25)',
  );
});

test("a session that reads on over a gap is named", () => {
  const careless = recording(() => ({ gap: () => {} }));
  expect(gapFaults(careless, wire).join("\n")).toContain("which is not in the whole wire");
  expect(gapFaults(careless, wire)[0]).toContain("it throws FormatError: an answer came without a question");
});

test("a crash, and memory taken on the word of a length, are named", () => {
  const crashing = recording((session) => ({
    data: (chunk) => (chunk.bytes.some((byte) => byte > 0x7f) ? [JSON.parse("{")] : session.data(chunk)),
  }));
  expect(randomFaults(crashing, 5)[0]).toContain("it throws SyntaxError");
  expect(mutationFaults(crashing, wire, 20)[0]).toContain("it throws SyntaxError");
  const trusting = recording(() => {
    let held = new Uint8Array();
    return {
      data: (chunk) => {
        const length = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset).getUint16(0);
        if (length >= 0x7fff) held = new Uint8Array(length * 4096);
        if (held.length > 2 ** 40) throw new FormatError("format.bytes", "too long", "0");
        return [];
      },
    };
  });
  expect(hugeLengthFaults(trusting, wire, 20)[0]).toContain("it asks for");
});

test("what is declared as PostgreSQL's set-up ends where the first statement begins", () => {
  const opening = [serialize.requestSsl(), serialize.startup({ user: "ann", database: "shop" })];
  const secrets = [
    serialize.sendSASLInitialResponseMessage("SCRAM-SHA-256", "n,,n=*,r=x"),
    serialize.password("secret"),
  ];
  const client = Buffer.concat([...opening, ...secrets, serialize.query("SELECT 1"), serialize.password("later")]);
  const start = Buffer.concat(opening).length;
  const [first, second] = secrets.map((message) => message.length);
  expect(setUps["postgres"]?.clientSkips(client)).toEqual([
    [start, start + (first ?? 0)],
    [start + (first ?? 0), start + (first ?? 0) + (second ?? 0)],
  ]);
  const message = (letter: string, body: string): string =>
    `${letter}${String.fromCharCode(0, 0, 0, body.length + 4)}${body}`;
  const server = `N${message("R", "\0\0\0\0")}${message("Z", "I")}${message("C", "SELECT 1\0")}${message("Z", "I")}`;
  const left = setUps["postgres"]?.serverPart(Buffer.from(server, "latin1")) ?? new Uint8Array();
  expect(Buffer.from(left).toString("latin1")).toBe(`${message("C", "SELECT 1\0")}${message("Z", "I")}`);
});
