/**
 * Hashes of secrets that are secrets themselves: what a user's password is checked against. Where the values are missing, the
 * stand-in of such a hash must be that of the password's stand-in, or nobody could sign in any more.
 */
import { createHash } from "node:crypto";

/** How a hash was made of another secret. */
export interface HashShape {
  /** The name of what was hashed. */
  readonly of: string;
  /** `bcrypt`, `argon2id`, or a digest with its spelling: `sha256-hex`. */
  readonly by: string;
}

const SLOW = /^\$(?:2[abxy]|argon2(?:id|i|d))\$/;
const ALGORITHMS = ["md5", "sha1", "sha256", "sha384", "sha512"] as const;
const SPELLINGS = ["hex", "base64", "base64url"] as const;
/** In units of a bcrypt hash of cost 4; some seconds. */
const WORK_MOST = 4096;

interface Named {
  readonly name: string;
  readonly value: string;
}

/** Which of the secrets are hashes of others, by name. The work is bounded: who has many users is shown a few of them. */
export function findHashes(secrets: readonly Named[]): ReadonlyMap<string, HashShape> {
  const found = new Map<string, HashShape>();
  const digests = new Map<string, HashShape>();
  const clear = secrets.filter(({ value }) => value.length <= 72 && !SLOW.test(value));
  for (const { name, value } of clear) {
    for (const algorithm of ALGORITHMS) {
      const digest = createHash(algorithm).update(value).digest();
      for (const spelling of SPELLINGS) digests.set(digest.toString(spelling), { of: name, by: `${algorithm}-${spelling}` }); // prettier-ignore
    }
  }
  let work = 0;
  for (const { name, value } of secrets) {
    const digest = digests.get(value) ?? digests.get(value.toLowerCase());
    if (digest !== undefined && digest.of !== name) found.set(name, digest);
    if (!SLOW.test(value)) continue;
    for (const candidate of clear) {
      work += workOf(value);
      if (work > WORK_MOST) break;
      if (!verifies(candidate.value, value)) continue;
      found.set(name, { of: candidate.name, by: value.startsWith("$2") ? "bcrypt" : "argon2id" });
      break;
    }
  }
  return found;
}

const workOf = (hash: string): number => {
  const cost = /^\$2[abxy]\$(\d\d)\$/.exec(hash)?.[1];
  return cost === undefined ? 64 : 2 ** (Number(cost) - 4);
};

function verifies(password: string, hash: string): boolean {
  try {
    return Bun.password.verifySync(password, hash.replace(/^\$2[axy]\$/, "$2b$"));
  } catch {
    return false;
  }
}

/** The hash of another value in the manner of one whose form is known; `undefined` where that cannot be done here. */
export function hashLike(form: string, by: string, value: string): string | undefined {
  const [algorithm = "", spelling = ""] = by.split("-");
  if (isDigest(algorithm, spelling)) return createHash(algorithm).update(value).digest(spelling);
  if (by === "bcrypt") {
    const [, prefix = "$2b$", cost = "10"] = /^(\$2[abxy]\$)(\d\d)?/.exec(form) ?? [];
    const hash = Bun.password.hashSync(value, { algorithm: "bcrypt", cost: Math.min(Math.max(Number(cost), 4), 12) });
    return hash.replace("$2b$", prefix);
  }
  return by === "argon2id" ? Bun.password.hashSync(value, { algorithm: "argon2id", memoryCost: 4096, timeCost: 2 }) : undefined; // prettier-ignore
}

function isDigest(algorithm: string, spelling: string): spelling is (typeof SPELLINGS)[number] {
  return ALGORITHMS.some((each) => each === algorithm) && SPELLINGS.some((each) => each === spelling);
}
