/**
 * Secrets to be planted in traffic, and the requests that carry them. They are made when a test runs, at random and in the
 * forms in which their issuers make them, so that no scanner stumbles over this file.
 */
import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";

/** A request through a service; what it carries is told by its name. */
export interface Planted {
  readonly name: string;
  readonly secrets: readonly string[];
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const HEX = `${DIGITS}abcdef`;
const WORD = UPPER + LOWER + DIGITS;

const made = (length: number, from = WORD): string =>
  Array.from(randomBytes(length), (byte) => from[byte % from.length]).join("");

/** Whatever the names of fields say: eighteen characters of which some are signs. */
const password = (): string => `${made(6)}!${made(4)}_${made(6)}`;

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

const base64url = (text: string): string => Buffer.from(text).toString("base64url");

/** Signed with that key. */
export function signedToken(key: string, claims: object): string {
  const signed = `${base64url(JSON.stringify({ alg: "HS256", typ: "JWT" }))}.${base64url(JSON.stringify(claims))}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

/** A key that signs in at the API; long, as such keys are. */
export const madeKey = (): string => `live_${made(40)}`;

/** Sixty and some: in headers, cookies, bodies, URLs, statements, tokens, cloud keys and keys in PEM. */
export function plantedSecrets(signingKey: string): readonly Planted[] {
  return [
    ...inHeaders(signingKey),
    ...inCookies(),
    ...inBodies(),
    ...inAddresses(),
    ...issued().map((secret, index): Planted => {
      const body =
        index % 2 === 0
          ? JSON.stringify({ note: `use ${secret} for now`, n: index })
          : `log: using ${secret}, n=${index}`;
      return {
        name: `issued-${index}`,
        secrets: [secret],
        path: `/text/issued-${index}`,
        headers: index % 2 === 0 ? json : {},
        body,
      };
    }),
    ...keys(),
  ];
}

function inHeaders(signingKey: string): Planted[] {
  const carry = (name: string, header: string, secret: string, value = secret): Planted => ({
    name,
    secrets: [secret],
    path: `/header/${name}`,
    headers: { [header]: value, ...json },
    body: JSON.stringify({ name }),
  });
  const basic = password();
  const token = signedToken(signingKey, { sub: "42", name: "Ann", iat: 1_700_000_000, exp: 4_000_000_000 });
  const [opaque, legacy, digest, hawk, apiKey] = [made(40), made(32, HEX), made(32, HEX), made(43), made(36)];
  return [
    carry("bearer", "authorization", opaque, `Bearer ${opaque}`),
    carry("basic", "authorization", basic, `Basic ${Buffer.from(`ann:${basic}`).toString("base64")}`),
    carry("jwt", "authorization", token, `Bearer ${token}`),
    carry("token", "authorization", legacy, `Token ${legacy}`),
    carry("digest", "authorization", digest, `Digest username="ann", realm="r", uri="/", response="${digest}"`),
    carry("hawk", "authorization", hawk, `Hawk id="dh37", ts="1", mac="${hawk}"`),
    carry("api-key", "x-api-key", apiKey),
    carry("auth-token", "x-auth-token", made(30)),
    carry("csrf", "x-csrf-token", made(24)),
    carry("proxy", "proxy-authorization", made(28)),
    carry("vault", "x-vault-token", made(26)),
    carry("subscription", "ocp-apim-subscription-key", made(32, HEX)),
  ].map((planted) => (planted.name === "proxy" ? { ...planted, headers: { ...planted.headers, "proxy-authorization": `Bearer ${planted.secrets[0]}` } } : planted)); // prettier-ignore
}

function inCookies(): Planted[] {
  const [session, remember, signed, jwt] = [made(32), made(20, HEX), `s:${made(24)}.${made(43)}`, signedToken(made(20), { sub: "7" })]; // prettier-ignore
  const cookie = (name: string, secret: string, value: string): Planted => ({ name, secrets: [secret], path: `/cookie/${name}`, headers: { cookie: value } }); // prettier-ignore
  return [
    cookie("session", session, `theme=dark; session=${session}; lang=en`),
    cookie("remember", remember, `remember_me=${remember}`),
    cookie("connect", signed, `connect.sid=${encodeURIComponent(signed)}`),
    cookie("jwt", jwt, `id=7; access=${jwt}`),
  ];
}

function inBodies(): Planted[] {
  const body = (name: string, secrets: readonly string[], text: string, headers: Record<string, string> = {}): Planted => ({ name, secrets, path: `/body/${name}`, headers, body: text }); // prettier-ignore
  const all = Array.from({ length: 14 }, password);
  const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = "", i = "", j = "", k = "", l = "", m = "", n = ""] = all; // prettier-ignore
  const storage = randomBytes(64).toString("base64");
  const quoted = `${made(6)}"\\${made(6)}`;
  const part = (name: string, value: string) =>
    `--xx\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return [
    body("json", [a], JSON.stringify({ user: "ann", password: a }), json),
    body(
      "json-deep",
      [b, c],
      JSON.stringify({ user: { credentials: [{ clientSecret: b }], db: { dbPassword: c } } }),
      json,
    ),
    body("json-quoted", [quoted], JSON.stringify({ user: "ann", passphrase: quoted }), json),
    body("json-in-json", [d], JSON.stringify({ event: JSON.stringify({ access_token: d }) }), json),
    body("form", [e], `user=ann&password=${encodeURIComponent(e)}&go=1`, form),
    body("form-nested", [f], `user%5Bname%5D=ann&user%5Bpassword%5D=${encodeURIComponent(f)}`, form),
    body("xml", [g, h], `<login key="1" secret="${g}"><user>ann</user><password>${h}</password></login>`, { "content-type": "application/xml" }), // prettier-ignore
    body("multipart", [i], `${part("user", "ann")}${part("password", i)}--xx--\r\n`, { "content-type": "multipart/form-data; boundary=xx" }), // prettier-ignore
    body("settings", [j, k], `# settings\ndb_password: ${j}\nAPI_TOKEN=${k}\nretries: 3\n`, {
      "content-type": "text/plain",
    }),
    body("address", [l], `connect to postgres://ann:${encodeURIComponent(l)}@db.example/shop please`),
    body("statement", [m], `ALTER USER ann WITH PASSWORD '${m}'; SELECT 1`),
    body(
      "storage",
      [storage],
      `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${storage};EndpointSuffix=x`,
    ),
    body("graphql", [n], JSON.stringify({ query: "mutation($i: In!) { login(i: $i) { id } }", variables: { i: { password: n } } }), json), // prettier-ignore
    body("large", [...all.slice(0, 1), password()].slice(0, 1), JSON.stringify({ filler: "x ".repeat(50_000), password: a }), json), // prettier-ignore
  ];
}

function inAddresses(): Planted[] {
  const [key, token, sent, signature] = [made(32), made(40), password(), made(64, HEX)];
  const get = (name: string, secret: string, query: string): Planted => ({
    name,
    secrets: [secret],
    path: `/url/${name}?${query}`,
  });
  return [
    get("key", key, `page=2&api_key=${key}`),
    get("token", token, `access_token=${token}&x=1`),
    get("password", sent, `password=${encodeURIComponent(sent)}`),
    get("signature", signature, `X-Amz-Date=20260101T000000Z&X-Amz-Signature=${signature}`),
  ];
}

/** Keys and tokens that are told by their form alone. */
function issued(): string[] {
  const base32 = `${UPPER}234567`;
  return [
    `AK${"IA"}${made(16, base32)}`,
    `AS${"IA"}${made(16, base32)}`,
    `AI${"za"}${made(35)}`,
    `GOC${"SPX"}-${made(28)}`,
    `ya${"29"}.${made(60)}`,
    `abc${"8Q"}~${made(34)}`,
    `gh${"p_"}${made(36)}`,
    `github${"_pat_"}${made(22)}_${made(59)}`,
    `gl${"pat-"}${made(20)}`,
    `xo${"xb-"}${made(12, DIGITS)}-${made(12, DIGITS)}-${made(24)}`,
    `https://hooks.${"slack"}.com/services/T${made(8)}/B${made(8)}/${made(24)}`,
    `sk${"_live_"}${made(24)}`,
    `whs${"ec_"}${made(32)}`,
    `S${"G."}${made(22)}.${made(43)}`,
    `S${"K"}${made(32, HEX)}`,
    `np${"m_"}${made(36)}`,
    `sk-${"proj"}-${made(48)}`,
    `sk-${"ant"}-api03-${made(90)}`,
    `h${"f_"}${made(34)}`,
    `hv${"s."}${made(24)}`,
    `shp${"at_"}${made(32, HEX)}`,
    `key${"-"}${made(32, HEX)}`,
    `${made(9, DIGITS)}:${"AA"}${made(33)}`,
    `dop${"_v1_"}${made(64, HEX)}`,
    signedToken(made(20), { sub: "9", scope: "read" }),
  ];
}

/** Private keys in PEM: as they are, and in JSON. */
function keys(): Planted[] {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  const bodyOf = (pem: string): string => pem.split("\n").slice(1, -2).join("");
  return [
    { name: "pem", secrets: [bodyOf(String(rsa))], path: "/key/pem", body: String(rsa) },
    {
      name: "pem-json",
      secrets: [bodyOf(String(curve))],
      path: "/key/pem-json",
      headers: json,
      body: JSON.stringify({ data: String(curve) }),
    },
  ];
}

/** Every spelling in which a secret may lie in a file. */
export function spellingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inner = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : shift + 1)
      .replace(/=+$/, "")
      .slice(0, -2),
  );
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString("hex"),
      bytes.toString("hex").toUpperCase(),
      ...inner,
      ...inner.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    ]),
  ];
}
