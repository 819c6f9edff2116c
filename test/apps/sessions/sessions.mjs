// Hands out tokens and ids of its own making, keeps them in memory, and knows nothing else. PORT and DEPENDENCY come from
// outside; CHANGE=forget lets it lose what it has handed out.
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { createServer } from "node:http";

const { PORT, DEPENDENCY, CHANGE = "" } = process.env;
const sessions = new Map();
const items = new Map();
const numbers = new Map();
const notes = new Map();
let last = randomInt(1, 90);

const answer = (response, status, body, headers = {}) =>
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));

createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const [, path, id] = request.url.split("/");
  if (path === "login") {
    const [token, cookie, user] = [
      randomBytes(24).toString("base64url"),
      randomBytes(8).toString("hex"),
      JSON.parse(body).user,
    ];
    if (CHANGE !== "forget") sessions.set(token, user).set(cookie, user);
    return answer(response, 200, { token }, { "Set-Cookie": `sid=${cookie}; Path=/` });
  }
  const token = request.headers.authorization?.slice("Bearer ".length) ?? /sid=(\w+)/.exec(request.headers.cookie)?.[1];
  const user = sessions.get(token);
  if (user === undefined) return answer(response, 401, { failed: "who are you?" });
  if (path === "me") return answer(response, 200, { user });
  if (path === "notes" && request.method === "POST") {
    const note = { id: ++last, text: JSON.parse(body).text };
    notes.set(String(note.id), note);
    return answer(response, 201, note);
  }
  if (path === "notes") return answer(response, notes.has(id) ? 200 : 404, notes.get(id) ?? { failed: "no such note" });
  if (path === "items" && request.method === "POST") {
    const item = { id: randomUUID(), number: randomInt(100_000, 1_000_000), name: JSON.parse(body).name, user };
    const charge = await fetch(`${DEPENDENCY}/charges/${item.id}`, { method: "POST", body: JSON.stringify(item) });
    if (!charge.ok) return answer(response, 502, await charge.json());
    items.set(item.id, item);
    numbers.set(item.number, item);
    return answer(response, 201, item, { Location: `/items/${item.id}` });
  }
  if (path === "items") {
    const found = items.get(id);
    if (found === undefined) return answer(response, 404, { failed: `there is no item ${id}` });
    const charge = await (await fetch(`${DEPENDENCY}/charges/${id}`)).json();
    return answer(response, 200, { ...found, charge });
  }
  const found = numbers.get(JSON.parse(body).number);
  return answer(response, found ? 200 : 404, found ?? { failed: "no such number" });
}).listen(Number(PORT), "127.0.0.1");
