/** The answers to commands that set a connection up or keep it alive, where nothing recorded is needed to give them. */
import { Double, serialize } from "bson";
import { documentOf, element, elementsOf, field, type Element, Type, withoutFields } from "./documents.ts";
import type { MongoHello } from "./spec.ts";

/** What a client would ask more of: compression is not offered, and it authenticates anew. */
const UNOFFERED: ReadonlySet<string> = new Set(["compression", "speculativeAuthenticate"]);

const TRUE = Uint8Array.of(1);

export function okReply(): Uint8Array {
  return new Uint8Array(serialize({ ok: new Double(1) }));
}

/** `request` names the cursors that are not wanted any more. */
export function setUpReply(name: string, request: Uint8Array): Uint8Array {
  if (name !== "killCursors") return okReply();
  const cursors = field(request, "cursors");
  const killed = cursors?.type === Type.array ? cursors.value : documentOf([]);
  const none = documentOf([]);
  const lists: [string, Uint8Array][] = [
    ["cursorsKilled", killed],
    ["cursorsNotFound", none],
    ["cursorsAlive", none],
    ["cursorsUnknown", none],
  ];
  return documentOf([...lists.map(([list, value]) => element(Type.array, list, value)), ...elementsOf(okReply())]);
}

/** The recorded answer as any client may have it; each spelling of the command has a field of its own. */
export function helloReply(recorded: Uint8Array, name: MongoHello["name"]): Uint8Array {
  const offered = withoutFields(recorded, UNOFFERED);
  const flag = name === "hello" ? "isWritablePrimary" : "ismaster";
  const other = name === "hello" ? "ismaster" : "isWritablePrimary";
  const elements = elementsOf(offered);
  const has = (wanted: string): Element | undefined => elements.find((each) => each.name === wanted);
  if (has(flag) !== undefined || has("ok") === undefined) return offered;
  return documentOf([element(Type.boolean, flag, has(other)?.value ?? TRUE), ...elements]);
}

/** For a recording without any: a server of its own, as of MongoDB 7. */
export function unrecordedHello(): Uint8Array {
  const fields = {
    helloOk: true,
    isWritablePrimary: true,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    saslSupportedMechs: ["SCRAM-SHA-1", "SCRAM-SHA-256"],
    ok: new Double(1),
  };
  return new Uint8Array(serialize(fields));
}

/** A legal failure; the code is one after which no driver tries again. */
export function failureReply(errmsg: string, code: 8 | 18): Uint8Array {
  const codeName = code === 8 ? "UnknownError" : "AuthenticationFailed";
  return new Uint8Array(serialize({ ok: new Double(0), errmsg, code, codeName }));
}
