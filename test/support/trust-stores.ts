/** What tells that trust stores are as they were, and that no private key lies about. */
import { readFileSync } from "node:fs";

/** Where systems keep what they trust. */
const folders = "/etc/ssl /etc/ca-certificates /etc/ca-certificates.conf /etc/pki /usr/local/share/ca-certificates /usr/share/ca-certificates /usr/lib/jvm"; // prettier-ignore

/** Every file of them with its rights, its owner, its time and its content's sum; `within` stands before a command. */
export function trustStores(within: readonly string[] = []): string {
  const script = `
    for folder in ${folders}; do
      [ -e $folder ] || continue
      find $folder \\( -path '*/lib/jvm/*' -a ! -name cacerts \\) -o -printf '%p %y %m %u %g %s %T@ %l\\n'
      find $folder -type f \\( ! -path '*/lib/jvm/*' -o -name cacerts \\) -exec sha256sum {} +
    done | sort
    command -v trust >/dev/null && trust list`;
  const done = Bun.spawnSync([...within, "sh", "-c", script], { stderr: "ignore" });
  return done.stdout.toString();
}

/** A private key in PEM, in PKCS8 or SEC1 in DER on the curve P-256, and either DER in base64. */
const keys = [
  "PRIVATE KEY-----",
  String.raw`\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x6d\x30\x6b\x02\x01\x01\x04\x20`,
  String.raw`\x30\x77\x02\x01\x01\x04\x20`,
  "MHcCAQEEI[A-P]",
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg",
];

/** What is looked through. */
export interface Search {
  /** A file; only what changed after it did is read. */
  readonly since: string;
  /** How deep below each folder, where that holds more than anybody could read. */
  readonly depth?: number;
  /** A name or a path of folders that are left out. */
  readonly except?: string;
}

/** The files below these folders that hold a private key. */
export function filesWithKeys(places: readonly string[], { since, depth = 99, except = "" }: Search): string[] {
  const left = except === "" ? [] : ["-path", `*${except}*`, "-prune", "-o"];
  const find = [
    "find",
    ...places,
    "-xdev",
    "-maxdepth",
    String(depth),
    ...left,
    "-type",
    "f",
    "-newer",
    since,
    "-print0",
  ];
  const script = `"$@" 2>/dev/null | LC_ALL=C xargs -0 -r grep -l -a -P '${keys.join("|")}'`;
  const done = Bun.spawnSync(["sh", "-c", script, "sh", ...find], { stderr: "ignore" });
  return done.stdout.toString().split("\n").filter((line) => line !== ""); // prettier-ignore
}

/** What is mounted for that process and is not for who reads `others`, as paths of ours. */
export function mountsOf(pid: number, others: string): string[] {
  const mountPoints = (text: string) => text.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  const known = new Set(mountPoints(others));
  const own = mountPoints(readFileSync(`/proc/${pid}/mountinfo`, "utf8")).filter((path) => !known.has(path));
  return own.map((path) => `/proc/${pid}/root${path}`);
}
