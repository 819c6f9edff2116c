/** What the drain thread and its owner say to each other. Each message to the thread is followed by one count on its eventfd. */

/** To the thread. The first is `watch`. */
export type DrainOrder =
  | { readonly do: "watch"; readonly control: number; readonly ring: RingPlace }
  | {
      readonly do: "startTap";
      readonly ring: RingPlace;
      /** What the proxy journals, a ring of `shared-ring.ts`. */
      readonly relayed: SharedArrayBuffer;
      readonly journal: number;
    }
  /** Takes descriptors of its own, these links among them, and answers `kept`. */
  | { readonly do: "keep"; readonly links: readonly number[] }
  /** The relayed ring fills: to be woken is all that it takes. */
  | { readonly do: "drain" }
  /** Drains till the rings are empty, then answers `tapStopped`. */
  | { readonly do: "stopTap" }
  | { readonly do: "end" };

/** From the thread. */
export type DrainReport =
  /** The records of the listener ring, as they lay there. */
  | { readonly says: "listeners"; readonly records: Uint8Array }
  /** The links stay for as long as this thread lives: nobody else need hold them. */
  | { readonly says: "kept" }
  /** The journal takes no more; the rings are not drained any longer. */
  | { readonly says: "tapFailed"; readonly errno: number }
  | { readonly says: "tapStopped" }
  | { readonly says: "ended" };

/** A ring buffer by descriptor; descriptors are the process's, so a thread may use them. */
export interface RingPlace {
  readonly fd: number;
  readonly bytes: number;
}
