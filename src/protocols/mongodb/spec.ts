/**
 * What is kept of a MongoDB connection. Documents are the bytes that passed; requests without what is volatile by nature,
 * and with their document sequences as the lists that they stand for.
 */

/** One answer; an exhaust cursor's command has several. */
export interface Answered {
  /** OP_MSG's flags: whether it is checked, and whether more answers follow. */
  readonly flags: number;
  readonly document: Uint8Array;
}

/** A command with what the server said to it. */
export interface MongoCommand {
  readonly type: "command";
  readonly request: Uint8Array;
  /** ObjectIds that the client had just made for what it wrote, in hexadecimal: they differ from run to run. */
  readonly made: readonly string[];
  /** Empty for what is written without acknowledgement, and for a cursor that still waited when the recording ended. */
  readonly answers: readonly Answered[];
  /** How long the server waited before it said that there is nothing yet. */
  readonly afterMs: number;
}

/** What a server says of itself, by the command that asked. */
export interface MongoHello {
  readonly type: "hello";
  readonly name: "hello" | "isMaster";
  readonly document: Uint8Array;
}

export type MongoSpec = MongoCommand | MongoHello;
