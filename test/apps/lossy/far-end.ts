/**
 * Both ends that a service has at the far side of a bad road: its dependency, which turns every bit round, and its client,
 * which sends bodies without a pattern and says what came back.
 *
 *     bun far-end.ts ADDRESS PORT SERVICE_URL BYTES...
 */
import { createHash, randomBytes } from "node:crypto";

const [hostname = "", port = "", service = "", ...sizes] = process.argv.slice(2);
const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 255);

const fetchBody = async (request: Request) => new Response(turned(await request.bytes()));
const dependency = Bun.serve({ hostname, port: Number(port), maxRequestBodySize: 1 << 30, fetch: fetchBody });
console.log("open");
for (const size of sizes) {
  const asked = randomBytes(Number(size));
  const answer = await fetch(`${service}/copy`, { method: "POST", body: asked });
  const answered = await answer.bytes();
  console.log(
    JSON.stringify({ asked: sum(asked), answered: sum(answered), isRight: sum(answered) === sum(turned(asked)) }),
  );
}
await dependency.stop(true);
