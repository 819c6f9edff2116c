/**
 * The messages before a connection has a protocol: they have a length and a code, and no type.
 *
 *     StartupMessage   Int32 length | Int32 major << 16 + minor | (String name, String value)* | 0
 *     CancelRequest    Int32 length | Int32 80877102 | Int32 process | Byten secret
 *     SSLRequest       Int32 8      | Int32 80877103
 *     GSSENCRequest    Int32 8      | Int32 80877104
 */
import { FormatError } from "../../core/errors.ts";
import { BodyReader } from "./body-reader.ts";
import { message } from "./message-writer.ts";

/** The codes that stand where a version would. */
export const RequestCode = { Cancel: 80877102, Ssl: 80877103, GssEnc: 80877104 } as const;

/** What a client may open a connection with. */
export type StartupPacket =
  | { readonly message: "ssl" }
  | { readonly message: "gssenc" }
  | { readonly message: "cancel"; readonly process: number; readonly secret: Uint8Array }
  | {
      readonly message: "startup";
      readonly major: number;
      readonly minor: number;
      readonly options: readonly (readonly [string, string])[];
    };

/** `body` is what follows the length. */
export function decodeStartup(body: Uint8Array): StartupPacket {
  const reader = new BodyReader(body);
  const code = reader.int32();
  if (code === RequestCode.Ssl) return empty(reader, { message: "ssl" });
  if (code === RequestCode.GssEnc) return empty(reader, { message: "gssenc" });
  if (code === RequestCode.Cancel) return { message: "cancel", process: reader.int32(), secret: reader.rest() };
  const [major, minor] = [code >>> 16, code & 0xffff];
  if (major !== 3) throw new FormatError("format.bytes", `PostgreSQL has no protocol ${major}.${minor}`, "version");
  const options: [string, string][] = [];
  for (let name = reader.text(); name !== ""; name = reader.text()) options.push([name, reader.text()]);
  reader.finish();
  return { message: "startup", major, minor, options };
}

/** The inverse of `decodeStartup`, length included. */
export function encodeStartup(packet: StartupPacket): Uint8Array {
  return message(null, (body) => {
    if (packet.message === "ssl") return void body.int32(RequestCode.Ssl);
    if (packet.message === "gssenc") return void body.int32(RequestCode.GssEnc);
    if (packet.message === "cancel")
      return void body.int32(RequestCode.Cancel).int32(packet.process).raw(packet.secret);
    body.int32((packet.major << 16) | packet.minor);
    for (const [name, value] of packet.options) body.text(name).text(value);
    body.byte(0);
  });
}

function empty<T>(reader: BodyReader, packet: T): T {
  reader.finish();
  return packet;
}
