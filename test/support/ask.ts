/**
 * Asks an app from inside a namespace, and prints what it answered as JSON. An app that was only just started is waited
 * for.
 *
 *     bun ask.ts PORT FILE            FILE is a JSON array of `Asked`: one after the other
 *     bun ask.ts PORT FILE at-once    the first, then all others at the same time
 */
import { readFileSync } from "node:fs";
import type { Answered, Asked } from "./tls-host.ts";

const [, , port = "", file = "", how = ""] = process.argv;

async function ask({ path, method = "GET", body, headers = {} }: Asked): Promise<Answered> {
  const content = body === undefined ? {} : { body };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...content });
  return { status: response.status, text: await response.text() };
}

/** The first is tried until somebody listens. */
async function askFirst(asked: Asked): Promise<Answered> {
  const until = performance.now() + 30_000;
  for (;;) {
    try {
      return await ask(asked);
    } catch (error) {
      const isRefused = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
      if (!isRefused || performance.now() > until) throw error;
      await Bun.sleep(20);
    }
  }
}

const [first, ...others] = JSON.parse(readFileSync(file, "utf8")) as Asked[];
const answers = first === undefined ? [] : [await askFirst(first)];
if (how === "at-once") answers.push(...(await Promise.all(others.map(ask))));
else for (const asked of others) answers.push(await ask(asked));
process.stdout.write(JSON.stringify(answers));
