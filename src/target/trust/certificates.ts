/**
 * Certificates as trust stores hold them: taken out of PEM, told from one another, and named as OpenSSL names them in a
 * directory. It verifies no chain; proxy/tls does.
 */
import { createHash, X509Certificate } from "node:crypto";
import { elements, encoded, Tag } from "./der.ts";

const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates of a PEM text as DER, in order; other blocks and what stands between them are passed over. */
export function certificatesIn(pem: string): Uint8Array[] {
  return [...pem.matchAll(BLOCK)].flatMap(([, body = ""]) => {
    const bytes = new Uint8Array(Buffer.from(body, "base64"));
    try {
      // A trusted certificate has OpenSSL's remarks behind it.
      const [certificate] = elements(bytes);
      return certificate?.tag === Tag.sequence ? [certificate.whole] : [];
    } catch {
      return [];
    }
  });
}

export function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** The same for the same certificate, wherever it is found. */
export const fingerprint = (der: Uint8Array): string => createHash("sha256").update(der).digest("base64");

/**
 * Whether a file of these is made to be trusted: every one may sign others or signs itself, and one at least is where a
 * chain ends. A server's chain begins with a certificate that may not, and is none.
 */
export function areRoots(certificates: readonly Uint8Array[]): boolean {
  try {
    const read = certificates.map((der) => new X509Certificate(der));
    const signsItself = read.map((each) => each.subject === each.issuer && each.verify(each.publicKey));
    return signsItself.includes(true) && read.every((each, index) => each.ca || signsItself[index] === true);
  } catch {
    return false;
  }
}

/** What OpenSSL looks a certificate up by in a directory: `<hash>.0`. */
export function subjectHash(der: Uint8Array): string {
  const tbs = elements(elements(der)[0]?.content ?? der)[0];
  const fields = elements(tbs?.content ?? der).filter(({ tag }) => tag !== Tag.explicit0);
  const subject = fields[4]?.content ?? new Uint8Array();
  const canonical = Buffer.concat(elements(subject).map(({ content }) => canonicalSet(content)));
  return createHash("sha1").update(canonical).digest().readUInt32LE(0).toString(16).padStart(8, "0");
}

function canonicalSet(content: Uint8Array): Uint8Array {
  const attributes = elements(content).map((attribute) => {
    const [type, value] = elements(attribute.content);
    if (type === undefined || value === undefined) return attribute.whole;
    const text = textOf(value.tag, value.content);
    const canonical = text === null ? value.whole : encoded(Tag.utf8, new TextEncoder().encode(plainText(text)));
    return encoded(Tag.sequence, type.whole, canonical);
  });
  return encoded(Tag.set, ...attributes.sort(Buffer.compare));
}

/** Blanks and letter case do not count, of ASCII alone. */
const plainText = (text: string): string =>
  text
    .replace(/[ \t\n\v\f\r]+/g, " ")
    .replace(/^ | $/g, "")
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const LATIN_TYPES = [0x13, 0x14, 0x16, 0x1a];

function textOf(tag: number, content: Uint8Array): string | null {
  const bytes = Buffer.from(content);
  if (tag === Tag.utf8) return bytes.toString("utf8");
  if (LATIN_TYPES.includes(tag)) return bytes.toString("latin1");
  return tag === Tag.bmp ? bytes.swap16().toString("utf16le") : null;
}
