/**
 * The certificate of a service that terminates TLS itself, with its key, as its operator keeps them: PEM files, the chain in
 * whatever order, the key in any of its usual forms. Refuses, in a sentence, what could not stand in the service's place.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { UsageError } from "../core/errors.ts";
import type { Leaf } from "./tls/authority.ts";

/** What is shown to the service's clients. */
export interface ServiceCertificate extends Leaf {
  /** The leaf's DER: what the service itself is expected to show. */
  readonly der: Uint8Array;
}

/** A file's path as it was given, and what is in it. */
export interface PemFile {
  readonly path: string;
  readonly text: string;
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----[\s\S]*?-----END \1PRIVATE KEY-----/;

/** The certificate that the key fits, then the others of its chain; throws `UsageError`. */
export function readServiceCertificate(certificate: PemFile, key: PemFile): ServiceCertificate {
  const chain = (certificate.text.match(CERTIFICATES) ?? []).map((text) => ({
    text,
    read: parsed(() => new X509Certificate(text), certificate.path),
  }));
  if (chain.length === 0) throw refused(`${certificate.path} holds no certificate in PEM.`);
  const own = readKey(key);
  const leaf = chain.find(({ read }) => read.checkPrivateKey(own));
  if (leaf === undefined) {
    throw refused(`The key in ${key.path} does not fit the certificate in ${certificate.path}.`);
  }
  const others = chain.filter((each) => each !== leaf);
  return {
    certificate: `${[leaf, ...others].map(({ text }) => text).join("\n")}\n`,
    key: own.export({ type: "pkcs8", format: "pem" }).toString(),
    der: new Uint8Array(leaf.read.raw),
  };
}

function readKey({ path, text }: PemFile): KeyObject {
  const [block, kind] = KEY.exec(text) ?? [];
  if (block === undefined) throw refused(`${path} holds no private key in PEM.`);
  if (kind === "ENCRYPTED " || /^Proc-Type:.*ENCRYPTED/m.test(block)) {
    const hint = `openssl pkey -in ${path} -out FILE writes it without its passphrase.`;
    throw new UsageError("usage.flag", `The key in ${path} is encrypted.`, { hint });
  }
  return parsed(() => createPrivateKey(block), path);
}

function parsed<T>(read: () => T, path: string): T {
  try {
    return read();
  } catch (cause) {
    throw refused(`${path} cannot be read as PEM: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

const refused = (message: string, cause?: unknown): UsageError =>
  new UsageError("usage.flag", message, {
    hint: "--tls-cert and --tls-key take the files that the service itself uses, in PEM.",
    cause,
  });
