/**
 * One file that says whom a program trusts, in any of its forms: what it holds, and the same with more in it. A file that
 * holds a private key is nobody's list of roots and is refused; so is one in no known form.
 */
import { FormatError } from "../../core/errors.ts";
import { certificatesIn, pemOf } from "./certificates.ts";
import { addToJks, isJks, passwordOfJks, readJks } from "./jks.ts";
import { addToPkcs12, isPkcs12, readPkcs12 } from "./pkcs12.ts";

export type Form = "pem" | "jks" | "pkcs12";

/** What is added: each under a name of its own. */
export interface Added {
  readonly name: string;
  readonly der: Uint8Array;
}

export interface Stored {
  readonly form: Form;
  readonly certificates: readonly Uint8Array[];
  with(added: readonly Added[]): Promise<Uint8Array>;
}

/** Why a file is no store that could be added to. */
export interface Unusable {
  readonly reason: string;
}

/** Reads it; passwords are tried in turn where the form has one. */
export async function readStored(bytes: Uint8Array, passwords: readonly string[]): Promise<Stored | Unusable> {
  try {
    if (isJks(bytes)) return readJksStore(bytes, passwords);
    if (isPkcs12(bytes)) return await readPkcs12Store(bytes, passwords);
    return readPem(bytes);
  } catch (error) {
    if (error instanceof FormatError) return { reason: error.message };
    throw error;
  }
}

function readPem(bytes: Uint8Array): Stored | Unusable {
  const text = Buffer.from(bytes).toString("latin1");
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return { reason: "It holds a private key." };
  const certificates = certificatesIn(text);
  if (certificates.length === 0) return { reason: "It holds no certificate." };
  const end = text.endsWith("\n") ? "" : "\n";
  const withAll = (added: readonly Added[]): Uint8Array =>
    Buffer.concat([bytes, Buffer.from(end + added.map(({ der }) => pemOf(der)).join(""))]);
  return { form: "pem", certificates, with: (added) => Promise.resolve(withAll(added)) };
}

function readJksStore(bytes: Uint8Array, passwords: readonly string[]): Stored | Unusable {
  const { trusted, hasKeys } = readJks(bytes);
  if (hasKeys) return { reason: "It holds a private key." };
  const password = passwordOfJks(bytes, passwords);
  if (password === undefined) return { reason: "Its password is not known." };
  return { form: "jks", certificates: trusted, with: (added) => Promise.resolve(addToJks(bytes, added, password)) };
}

async function readPkcs12Store(bytes: Uint8Array, passwords: readonly string[]): Promise<Stored | Unusable> {
  const opened = await readPkcs12(bytes, passwords);
  if (opened === undefined) return { reason: "Its password is not known." };
  if (opened.hasKeys) return { reason: "It holds a private key." };
  const { certificates, password } = opened;
  return { form: "pkcs12", certificates, with: (added) => addToPkcs12(bytes, added, password) };
}
