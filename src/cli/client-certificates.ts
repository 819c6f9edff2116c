/**
 * `--client-cert HOST=cert.pem,key.pem`: what an upstream that demands a client certificate is shown. The files are read
 * and kept in memory; where they do not fit together, nothing starts.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { ClientCertificate } from "../proxy/tls/tls-options.ts";

const FORM = "Write --client-cert api.example.com=cert.pem,key.pem; HOST may begin with `*.`.";

/** Reads one value of the flag; paths are relative to `cwd`. */
export const clientCertificateOf = (value: string, cwd: string): ClientCertificate => {
  const [, host, certificatePath, keyPath] = /^([^=,]+)=([^,]+),(.+)$/.exec(value) ?? [];
  if (host === undefined || certificatePath === undefined || keyPath === undefined) {
    throw new UsageError("usage.flag", `--client-cert is ${JSON.stringify(value)}, which is not HOST=CERT,KEY.`, {
      hint: FORM,
    });
  }
  const certificate = readPem(resolve(cwd, certificatePath.trim()));
  const key = readPem(resolve(cwd, keyPath.trim()));
  const leaf = parsed(certificatePath, () => new X509Certificate(certificate), "a certificate in PEM");
  const privateKey = parsed(keyPath, () => createPrivateKey(key), "a private key in PEM without a password");
  if (!isPair(leaf, privateKey)) {
    throw new UsageError("usage.flag", `${keyPath} is not the key of ${certificatePath}.`, { hint: FORM });
  }
  return { host: host.trim().toLowerCase(), certificate, key };
};

const readPem = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError("usage.path", `${path}, given with --client-cert, cannot be read: ${code}.`, {
      hint: FORM,
      cause,
    });
  }
};

const parsed = <T>(path: string, parse: () => T, what: string): T => {
  try {
    return parse();
  } catch (cause) {
    throw new UsageError("usage.path", `${path}, given with --client-cert, is not ${what}.`, { hint: FORM, cause });
  }
};

const isPair = (certificate: X509Certificate, key: KeyObject): boolean => {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
};
