/**
 * What the name of a field, a header, a column, a variable says about its value. `secret`: whatever stands there, unless it
 * is plainly nothing. `doubtful`: only what looks random. Names that speak *about* a secret (`token_type`, `password_changed_at`,
 * `max_tokens`) say nothing, nor do ids, hashes and the marks of pages.
 */

export type NameClass = "authorization" | "cookie" | "setCookie" | "secret" | "doubtful" | "digits";

const HEADERS: ReadonlyMap<string, NameClass> = new Map([
  ["authorization", "authorization"],
  ["proxyauthorization", "authorization"],
  ["xauthorization", "authorization"],
  ["xforwardedauthorization", "authorization"],
  ["cookie", "cookie"],
  ["cookie2", "cookie"],
  ["setcookie", "setCookie"],
  ["setcookie2", "setCookie"],
]);

/** Anywhere in the name, whatever the spelling between words. */
const SURELY =
  /passw(?:or)?d|passwort|passphrase|passcode|secret|api_?key|api_?token|access_?token|auth_?token|refresh_?token|id_?token|session_?(?:token|key|id|cookie)|bearer_?token|private_?key|(?:access|secret|shared|signing|encryption|master|account|service_role|license|subscription|deploy|webhook|admin|auth)_?key|credential|connection_?string|client_?secret|security_?token|csrf|xsrf|sas_?token|one_?time_?code/;
const SECRET_WORDS = new Set(["pwd", "pass", "passwd", "token", "jwt", "bearer", "sessid", "phpsessid", "jsessionid", "cookie", "requirepass", "masterauth", "apikey"]); // prettier-ignore
const DOUBTFUL_WORDS = new Set(["auth", "signature", "sig", "session", "sess", "tokens", "hmac", "salt"]); // prettier-ignore
/** Before `key`: it opens nothing. */
const KEYS_OF_DATA = new Set(["primary", "foreign", "sort", "partition", "public", "publishable", "cache", "idempotency", "storage", "object", "s3", "message", "routing", "translation", "i18n", "lookup", "row", "range", "natural", "surrogate", "unique", "index", "map", "group", "dedup", "websocket", "site", "host", "shard", "sequence", "project", "issue", "item", "event"]); // prettier-ignore
const DIGIT_WORDS = new Set(["otp", "pin", "cvv", "cvc", "totp", "mfa"]);

/** As the last word: the name speaks of something about the secret. */
const ABOUT = new Set([
  ...[
    "at",
    "on",
    "type",
    "types",
    "kind",
    "count",
    "name",
    "url",
    "uri",
    "endpoint",
    "policy",
    "length",
    "size",
    "hint",
  ],
  ...[
    "enabled",
    "disabled",
    "expiry",
    "expires",
    "expired",
    "expiration",
    "expire",
    "exp",
    "ttl",
    "age",
    "date",
    "time",
  ],
  ...["timeout", "status", "state", "strength", "required", "changed", "version", "field", "fields", "limit", "usage"],
  ...[
    "used",
    "budget",
    "label",
    "description",
    "alg",
    "algorithm",
    "method",
    "mode",
    "file",
    "path",
    "dir",
    "folder",
    "sock",
    "in",
    "reset",
  ],
  ...["valid", "match", "matches", "ok", "error", "message", "header", "prefix", "days", "seconds", "format", "scope"],
  ...["created", "updated", "rotated", "id", "ids", "arn", "manager", "store", "provider", "level", "min", "max"],
]);
/** What looks like an id of a secret and is one. */
const STILL_SECRET = /(?:session|sess|phpsess|jsession)_?id$/;
const HARMLESS =
  /(?:^|_)(?:page|next|prev|previous|continuation|cursor|sync|resume|pagination|watermark|csrf_param|max|total|prompt|completion|input|output|cached|reasoning|num|has|is|needs|should|must|forgot|reset|change|idempotency|foreign|primary|public|sort|partition|token_type)(?:_|$)/;

/** It is asked whether there is one. */
const CLAIM = /^(?:has|is|needs|should|must|can|num|count|with|without)_/;

const known = new Map<string, NameClass | null>();
const KNOWN_MOST = 4096;

/** Remembers what it found, since the same names come again and again. */
export function classOfName(name: string): NameClass | null {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = name.length > 128 ? null : classify(name);
  if (known.size >= KNOWN_MOST) known.clear();
  known.set(name, found);
  return found;
}

/** `resetPassword`, `X-Api-Key`, `user[password]` in one spelling: `reset_password`, `x_api_key`, `user_password`. */
const spelt = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

function classify(name: string): NameClass | null {
  const plain = spelt(name);
  const header = HEADERS.get(plain.replaceAll("_", ""));
  if (header !== undefined) return header;
  if (CLAIM.test(plain)) return null;
  const words = plain.split("_");
  const last = words.at(-1) ?? "";
  if (STILL_SECRET.test(plain)) return "secret";
  const isAbout = ABOUT.has(last) && words.length > 1;
  const isSure = SURELY.test(plain) || words.some((word) => SECRET_WORDS.has(word));
  if (isSure) {
    if (isAbout) return null;
    return HARMLESS.test(plain) && !/passw|secret|pwd/.test(plain) ? null : "secret";
  }
  if (isAbout) return null;
  if (words.some((word) => DIGIT_WORDS.has(word))) return "digits";
  const isKey = last === "key" && words.length > 1 && !KEYS_OF_DATA.has(words.at(-2) ?? "");
  return (isKey || words.some((word) => DOUBTFUL_WORDS.has(word))) && !HARMLESS.test(plain) ? "doubtful" : null;
}
