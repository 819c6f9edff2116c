/**
 * Detection: over a growing head, each protocol settles once, and exactly the wire's own protocol says yes.
 *
 * Each function of this folder's checks returns sentences about what is wrong; none is good.
 */
import { type Detection, type Protocol, type Side } from "../../src/core/protocol.ts";
import { peerOf } from "../support/run-session.ts";
import { connectionsOf, type Wire } from "../support/wire.ts";

/** More than any detection may need, and what the proxy keeps of a head. */
const HEAD_MOST = 4096;

/** The heads a sniffer sees on one connection, growing by a byte (by a datagram over UDP). */
function* growingHeads(wire: Wire, connection: number): Generator<Record<Side, Uint8Array>> {
  const head: Record<Side, Uint8Array> = { client: new Uint8Array(), server: new Uint8Array() };
  yield head;
  for (const { from, bytes, connection: of } of wire.lines) {
    if (of !== connection || bytes === null) continue;
    const whole = new Uint8Array(Buffer.concat([head[from], bytes])).subarray(0, HEAD_MOST);
    const step = wire.transport === "udp" ? bytes.length : 1;
    for (let size = head[from].length + step; size <= whole.length; size += step) {
      head[from] = whole.subarray(0, size);
      yield { ...head };
    }
  }
}

interface Verdict {
  readonly protocol: string;
  readonly said: Detection;
  readonly faults: readonly string[];
}

const watch = (protocol: Protocol, wire: Wire, connection: number): Verdict => {
  const peer = peerOf(wire, connection);
  let said: Detection = "more";
  let settledAt = "";
  for (const head of growingHeads(wire, connection)) {
    const says = protocol.detect(head, peer);
    const at = `${head.client.length}+${head.server.length} bytes`;
    if (said !== "more" && says !== said) {
      const fault = `${protocol.name} said ${said} at ${settledAt} (client+server) and ${says} at ${at}`;
      return { protocol: protocol.name, said, faults: [fault] };
    }
    if (said === "more" && says !== "more") settledAt = at;
    said = says;
  }
  return { protocol: protocol.name, said, faults: [] };
};

/** `owner` is null for wires that belong to nobody but the fallback. */
export const detectionFaults = (protocols: readonly Protocol[], wire: Wire, owner: string | null): string[] => {
  const faults: string[] = [];
  for (const connection of connectionsOf(wire)) {
    const verdicts = protocols.map((protocol) => watch(protocol, wire, connection));
    faults.push(...verdicts.flatMap((verdict) => verdict.faults));
    const claims = verdicts.filter((verdict) => verdict.said === "yes").map((verdict) => verdict.protocol);
    const expected = owner === null ? [] : [owner];
    if (claims.join() !== expected.join()) {
      const undecided = verdicts.filter((verdict) => verdict.said === "more").map((verdict) => verdict.protocol);
      faults.push(
        `connection ${connection} is claimed by [${claims.join(", ")}], not by [${expected.join()}]; undecided: [${undecided.join(", ")}]`,
      );
    }
  }
  return faults;
};
