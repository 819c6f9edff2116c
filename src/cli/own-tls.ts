/**
 * A service that terminates TLS itself, as `--tls-cert` and `--tls-key` tell of it: the files are read before anything is
 * started, so that a wrong one is a sentence.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { Protocol } from "../core/protocol.ts";
import { drivers, fallback, protocols } from "../protocols/index.ts";
import { type PemFile, readServiceCertificate } from "../proxy/service-certificate.ts";
import type { ServiceOptions } from "../record/service-entrance.ts";
import type { Settings } from "./flags.ts";

/** `null` where neither flag is given. */
export const serviceOf = (
  { tlsCert, tlsKey }: Pick<Settings, "tlsCert" | "tlsKey">,
  cwd: string,
): Omit<ServiceOptions, "keyLog"> | null => {
  if (tlsCert === null && tlsKey === null) return null;
  if (tlsCert === null || tlsKey === null) {
    const [given, lacking] = tlsCert === null ? ["--tls-key", "--tls-cert"] : ["--tls-cert", "--tls-key"];
    const hint = "They take the certificate and the key with which the service answers its clients.";
    throw new UsageError("usage.flag", `${given} needs ${lacking} beside it.`, { hint });
  }
  const certificate = readServiceCertificate(readPem(tlsCert, cwd), readPem(tlsKey, cwd));
  return { certificate, protocols: protocols.filter(isDriven), fallback };
};

const isDriven = ({ name }: Protocol): boolean => drivers.some(({ protocol }) => protocol === name);

const readPem = (path: string, cwd: string): PemFile => {
  try {
    return { path, text: readFileSync(resolve(cwd, path), "utf8") };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("usage.path", `${path} cannot be read: ${why}.`, { cause });
  }
};
