// A service whose answers hold what differs each time beside what does not. PORT, DEPENDENCY and CHANGE come from outside.
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { createServer } from "node:http";

const { PORT, DEPENDENCY, CHANGE = "" } = process.env;

const shuffled = (items) =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

const ticket = () => ({
  id: randomUUID(),
  name: CHANGE.includes("name") ? "Concert!" : "Concert",
  price: CHANGE.includes("price") ? 43 : 42,
  draw: randomInt(1_000_000),
  at: new Date().toISOString(),
  epoch: Math.floor(Date.now() / 1000),
  seats: shuffled(["A1", "A2", "B1", "B2", "C1", "C2"].slice(CHANGE.includes("seat") ? 1 : 0)),
});

const order = async (body) => {
  const { item } = JSON.parse(body);
  const id = randomUUID();
  const answer = await fetch(`${DEPENDENCY}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key: id, item: CHANGE.includes("charge") ? `${item}s` : item, at: Date.now(), amount: 42 }),
  });
  return { id, charged: (await answer.json()).charged };
};

const page = () =>
  `<html>\n<form>\n<input type="hidden" name="csrf" value="${randomBytes(16).toString("hex")}">\n` +
  `<h1>${CHANGE.includes("title") ? "Bye" : "Hello"}</h1>\n</form>\n</html>\n`;

createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/page") {
    response.setHeader("Set-Cookie", `session=${randomBytes(18).toString("base64url")}; Path=/; HttpOnly`);
    response.setHeader("Content-Type", "text/html");
    response.end(page());
    return;
  }
  const answer =
    request.url === "/orders"
      ? await order(body)
      : request.url === "/tickets"
        ? {
            list: shuffled([0, 1, 2, 3].map((n) => ({ name: `t${n}`, id: randomUUID() }))),
            wrapped: JSON.stringify({ trace: randomUUID(), kind: CHANGE.includes("kind") ? "b" : "a" }),
            message: `Order ${randomUUID()} made by Ann`,
          }
        : ticket();
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(answer));
}).listen(Number(PORT));
