import { expect, test } from "bun:test";
import { Folder } from "../support/folder.ts";
import { appOn, freePort, recordApp } from "../support/recorded.ts";
import { replay } from "../support/replayed.ts";
import type { Exit } from "../../src/target/native.ts";
import { untilAllListen } from "../../src/replay/until-ready.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("an app that ends before it listens, or never listens, is named with what it did instead", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const { port, dependencyPort } = recorded;
  const app = appOn(port, dependencyPort);
  const crashed = await replay(recorded, { app: { ...app, command: "exit 9" } });
  expect(crashed.halt?.sentence).toBe(`The app ended before it listened on port ${port} (exit code 9).`);

  const elsewhere = freePort();
  const moved = await replay(recorded, { app: appOn(elsewhere, dependencyPort), readyWithinMs: 700 });
  expect(moved.halt?.sentence).toBe(
    `The app did not listen on port ${port} within 0.7 s (--delay). It listens on port ${elsewhere}; --port drives another port.`,
  );
  expect(moved.result.verdict).toBe("error");
});

rootTest("a health URL that never answers with success keeps the tests from starting", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const healthUrl = `http://127.0.0.1:${recorded.port}/health`;
  const sick = `if (request.url.endsWith("/health")) return new Response(null, { status: 503 });`;
  const app = appOn(recorded.port, recorded.dependencyPort, sick);
  const { halt } = await replay(recorded, { app, healthUrl, readyWithinMs: 700 });
  expect(halt?.sentence).toBe(`${healthUrl} did not answer with success: status 503.`);
});

test("parts that came up behind one another are waited for, those that stay away are named", async () => {
  const ports = new Set([80]);
  const heard = new Set<() => void>();
  const listening = {
    ports: () => ports,
    subscribe: (changed: () => void) => (heard.add(changed), () => heard.delete(changed)),
  };
  const target = { gone: () => new Promise<Exit>(() => {}) } as Parameters<typeof untilAllListen>[0]["target"];
  const options = { readyWithinMs: 5_000, signal: new AbortController().signal };
  const waiting = untilAllListen({ listening, target }, [80, 9090], options);
  ports.add(9090);
  for (const changed of heard) changed();
  expect(await waiting).toEqual([]);
  expect(await untilAllListen({ listening, target }, [80, 7070], { ...options, readyWithinMs: 20 })).toEqual([7070]);
  expect(await untilAllListen({ listening, target }, [7070], { ...options, signal: AbortSignal.abort() })).toEqual([]);
});
