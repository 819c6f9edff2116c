/** What reassembly makes of records: the connections of the app, and what passed on each, in order. */
import type { Side } from "../core/protocol.ts";
import type { Act } from "./act.ts";
import type { FlowNote } from "./relayed-format.ts";

/** One end of a flow. */
export interface FlowEnd {
  readonly address: string;
  readonly port: number;
}

/** One TCP connection, or the datagrams between two ends. */
export interface Flow {
  /** Tells the flows of one journal apart. */
  readonly id: string;
  /** `outgoing`: the app is the client. */
  readonly direction: "incoming" | "outgoing";
  /** Who sent the SYN, or the first datagram to port 53. */
  readonly client: FlowEnd;
  readonly server: FlowEnd;
  readonly transport: "tcp" | "udp";
  /** Both ends are the app's: nothing but `open` is told of it. */
  readonly internal: boolean;
}

/** How a connection came to its end: both FINs, a reset, or that more was not captured. */
export type Closing = "ended" | "reset" | "cut";

/** `at` is in milliseconds since the epoch, with a fraction: when the kernel saw the packet. */
export type FlowEvent =
  /** Once, before all others of the flow; not before bytes pass or the connection ends. `at` is the SYN's. */
  | { readonly type: "open"; readonly flow: Flow; readonly at: number }
  /** What the proxy said of the connection, in order with the bytes: with TLS these are plain text from here on. */
  | { readonly type: "note"; readonly flow: Flow; readonly note: FlowNote; readonly at: number }
  /** Somebody in the app sends on it or has received; not told in order with the bytes, and without `open`. */
  | { readonly type: "act"; readonly flow: Flow; readonly act: Act; readonly at: number }
  /**
   * Bytes in order, without overlap; the receiver may keep them. What the app sends as a client is told by the pieces in
   * which it was sent, if that was seen: `at` is then the act's.
   */
  | {
      readonly type: "chunk";
      readonly flow: Flow;
      readonly from: Side;
      readonly bytes: Uint8Array;
      readonly at: number;
    }
  /** Bytes of that side were not captured; what follows comes after them. `length` 0: how many is not known. */
  | { readonly type: "gap"; readonly flow: Flow; readonly from: Side; readonly length: number; readonly at: number }
  /** That side's FIN. */
  | { readonly type: "end"; readonly flow: Flow; readonly from: Side; readonly at: number }
  /** Once, after all others of a TCP flow. Only with `ended` did both sides say all they had to say. */
  | { readonly type: "close"; readonly flow: Flow; readonly how: Closing; readonly at: number }
  /** One whole datagram. */
  | {
      readonly type: "datagram";
      readonly flow: Flow;
      readonly from: Side;
      readonly bytes: Uint8Array;
      readonly at: number;
    };
