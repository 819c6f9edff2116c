/**
 * Asks an app one thing after the other, from inside a namespace, and prints what it answered as JSON.
 *
 *     bun ask.ts PORT FILE      FILE is a JSON array of `Asked`
 */
import { readFileSync } from "node:fs";
import type { Answered, Asked } from "./tls-host.ts";

const [, , port = "", file = ""] = process.argv;

/** An app that was only just started is waited for. */
async function untilListening(): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      const data = { data() {} };
      (await Bun.connect({ hostname: "127.0.0.1", port: Number(port), socket: data })).end();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await Bun.sleep(20);
    }
  }
}

await untilListening();
const answers: Answered[] = [];
for (const { path, method = "GET", body, headers = {} } of JSON.parse(readFileSync(file, "utf8")) as Asked[]) {
  const content = body === undefined ? {} : { body };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...content });
  answers.push({ status: response.status, text: await response.text() });
}
process.stdout.write(JSON.stringify(answers));
