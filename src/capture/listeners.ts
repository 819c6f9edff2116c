/**
 * Events of the listener ring, decoded: which sockets of the app began to listen, and which ceased to. Between them lies
 * which processes began to run a program, told by the length of the record.
 */
import { ListenerChange, ListenerEvent, ProgramBegin } from "../../ffi/structs.ts";
import { addressText } from "./address.ts";
import { epochMs } from "./clock.ts";
import { RING_DISCARDED, RING_HEAD, recordLength, ringLength } from "./ring-format.ts";

/** One socket's change. `cookie` tells sockets on one port apart. */
export interface ListenEvent {
  readonly kind: "listen" | "gone";
  readonly port: number;
  /** Where it is bound: `0.0.0.0` and `::` are every address. */
  readonly address: string;
  readonly family: 4 | 6;
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  readonly cookie: bigint;
}

const AF_INET = 2;

/** The events in bytes copied from the ring. */
export function* listenEvents(records: Uint8Array, offsetMs: number): Generator<ListenEvent> {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let at = 0; at + RING_HEAD <= records.length;) {
    const head = view.getUint32(at, true);
    const start = at + RING_HEAD;
    at += ringLength(head);
    if ((head & RING_DISCARDED) !== 0 || recordLength(head) < ListenerEvent.size) continue;
    yield {
      kind: view.getUint8(start + ListenerEvent.change) === ListenerChange.listens ? "listen" : "gone",
      port: view.getUint16(start + ListenerEvent.port, true),
      address: addressText(records, start + ListenerEvent.address),
      family: view.getUint8(start + ListenerEvent.family) === AF_INET ? 4 : 6,
      at: epochMs(view.getBigUint64(start + ListenerEvent.at, true), offsetMs),
      cookie: view.getBigUint64(start + ListenerEvent.cookie, true),
    };
  }
}

/** The processes that began to run a program, as the initial namespace counts. */
export function* programBegins(records: Uint8Array): Generator<number> {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let at = 0; at + RING_HEAD <= records.length;) {
    const head = view.getUint32(at, true);
    const start = at + RING_HEAD;
    at += ringLength(head);
    if ((head & RING_DISCARDED) === 0 && recordLength(head) === ProgramBegin.size)
      yield view.getUint32(start + ProgramBegin.process, true);
  }
}
