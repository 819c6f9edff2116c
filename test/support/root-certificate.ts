/** Roots of trust made by openssl, for tests of the stores that hold them; their keys end with the test's folder. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Folder } from "./folder.ts";

/** The PEM text of a fresh self-signed authority, which is in the folder as `NAME.pem` and `NAME.key` too. */
export const rootCertificate = (folder: Folder, name: string, subject = `/CN=${name}`): string => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.at(`${name}.key`)];
  const files = ["-out", folder.at(`${name}.pem`), "-subj", subject, "-utf8", "-days", "30"];
  execFileSync("openssl", ["req", "-x509", ...key, ...files], { stdio: "ignore" });
  return readFileSync(folder.at(`${name}.pem`), "utf8");
};

/** A leaf signed by a root of the same folder, as `NAME.pem` and `NAME.key`. */
export const leafCertificate = (folder: Folder, name: string, root: string): string => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.at(`${name}.key`)];
  const issuer = ["-CA", folder.at(`${root}.pem`), "-CAkey", folder.at(`${root}.key`)];
  const says = [
    "-subj",
    `/CN=${name}`,
    "-addext",
    `subjectAltName=DNS:${name}`,
    "-addext",
    "basicConstraints=CA:FALSE",
  ];
  const files = ["-out", folder.at(`${name}.pem`), "-days", "30"];
  execFileSync("openssl", ["req", "-x509", ...key, ...issuer, ...says, ...files], { stdio: "ignore" });
  return readFileSync(folder.at(`${name}.pem`), "utf8");
};
