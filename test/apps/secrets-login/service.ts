// A service that signs people in: their password's hash comes from the users' service at $USERS_URL, the token that they get is
// signed with $TOKEN_SECRET, and asked for again. $PORT is where it listens.
import { createHmac } from "node:crypto";

const { PORT, USERS_URL, TOKEN_SECRET = "" } = process.env;
const base64url = (text: string): string => Buffer.from(text).toString("base64url");
const sign = (text: string): string => createHmac("sha256", TOKEN_SECRET).update(text).digest("base64url");

async function login(request: Request): Promise<Response> {
  const { name, password } = (await request.json()) as { name: string; password: string };
  const user = (await (await fetch(`${USERS_URL}/users/${name}`)).json()) as {
    password_hash: string;
    api_digest: string;
  };
  if (!(await Bun.password.verify(password, user.password_hash)))
    return new Response("wrong password", { status: 401 });
  const text = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({ sub: name }))}`;
  return Response.json({ token: `${text}.${sign(text)}` });
}

function me(request: Request): Response {
  const [, head, payload, signature] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  if (signature === undefined || sign(`${head}.${payload}`) !== signature) return new Response("who?", { status: 401 });
  return Response.json({ me: JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as unknown });
}

Bun.serve({
  port: Number(PORT),
  hostname: "127.0.0.1",
  fetch: (request) => (new URL(request.url).pathname === "/login" ? login(request) : me(request)),
});
