/** A service's own certificate for localhost, as its operator has it: made by openssl, with its key in whatever form. */
import type { Folder } from "./folder.ts";

export type KeyForm = "ec" | "rsa" | "pkcs8" | "encrypted";

const algorithm: Readonly<Record<KeyForm, readonly string[]>> = {
  ec: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  rsa: ["-newkey", "rsa:2048"],
  pkcs8: ["-newkey", "rsa:2048"],
  encrypted: ["-newkey", "rsa:2048"],
};

const openssl = (...words: readonly string[]): void => {
  const { exitCode, stderr } = Bun.spawnSync(["openssl", ...words], { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(stderr.toString());
};

/** Paths of both files in the folder, under names that tell the form. */
export function selfSigned(folder: Folder, form: KeyForm): { readonly certificate: string; readonly key: string } {
  const certificate = folder.at(`${form}.pem`);
  const made = folder.at(`${form}.made.key`);
  const names = "subjectAltName=DNS:localhost,DNS:shop.test,IP:127.0.0.1,IP:::1";
  const request = ["req", "-x509", ...algorithm[form], "-nodes", "-keyout", made, "-out", certificate];
  openssl(...request, "-days", "30", "-subj", "/CN=localhost", "-addext", names);
  const key = folder.at(`${form}.key`);
  if (form === "ec") openssl("ec", "-in", made, "-out", key);
  else if (form === "rsa") openssl("rsa", "-in", made, "-out", key, "-traditional");
  else
    openssl("pkcs8", "-topk8", "-in", made, "-out", key, ...(form === "pkcs8" ? ["-nocrypt"] : ["-passout", "pass:x"]));
  return { certificate, key };
}
