/**
 * What each protocol's replay makes up instead of repeating, declared with the reason.
 *
 * Only what is listed here may differ from the recorded bytes. A protocol that is not listed replays byte for byte.
 */

/** Offsets in one direction's stream: from the first up to, not including, the second. */
export type Range = readonly [number, number];

export interface SetUp {
  readonly because: string;
  /** What of the client's recorded bytes a synthesised server never asks for, and so is not sent to it. */
  clientSkips(stream: Uint8Array): readonly Range[];
  /** What of a server's bytes is compared. */
  serverPart(stream: Uint8Array): Uint8Array;
  /** False where a spec keeps the meaning and not the framing; then the re-recorded exchanges alone must be equal. */
  readonly comparesBytes: boolean;
}

/** Nothing is made up. */
export const nothing: SetUp = {
  because: "",
  clientSkips: () => [],
  serverPart: (stream) => stream,
  comparesBytes: true,
};

/** By `Protocol.name`. */
export const setUps: Readonly<Record<string, SetUp>> = {};
