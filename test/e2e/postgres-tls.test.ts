/**
 * PostgreSQL over TLS, through every driver that the clear-text tests use: recorded with a real server whose certificate is
 * signed by a root of its own and which asks for SCRAM (and so offers channel binding), replayed with the server stopped.
 */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { Folder } from "../support/folder.ts";
import { PostgresCertificates } from "../support/postgres-certificates.ts";
import { drivers, keptOf } from "../support/postgres-drivers.ts";
import { expectGreen, expectSound, recordedService, type RecordedService } from "../support/postgres-turn.ts";
import { rootTest } from "../support/root-test.ts";

const certificates = new PostgresCertificates();
afterAll(() => certificates[Symbol.dispose]());

/** What a client asks for, and where. */
const modes: readonly (readonly [mode: string, host: string, options: string])[] = [
  ["require", "127.0.0.1", "sslmode=require"],
  ["verify-full", "localhost", `sslmode=verify-full&sslrootcert=${certificates.root}`],
  ["verify-full", "127.0.0.1", `sslmode=verify-full&sslrootcert=${certificates.root}`],
  ["prefer", "127.0.0.1", "sslmode=prefer"],
];

describe.each(Object.entries(drivers))("%s", (_name, { command, env }) => {
  describe.each(modes)("sslmode=%s to %s", (mode, host, options) => {
    const folder = new Folder();
    let service: RecordedService;

    beforeAll(async () => {
      if (process.getuid?.() !== 0) return;
      const started = { command: await command(), env: env(options) };
      service = await recordedService(folder, () => started, {
        tls: { certificates, clear: mode === "prefer" ? "offers" : "refuses" },
        urlOf: ({ port }) => `postgres://app:secret@${host}:${port}/shop`,
      });
    }, 300_000);

    afterAll(() => folder[Symbol.dispose]());

    rootTest("is recorded as its clients saw it", () => {
      expectSound(service);
      expect(keptOf(service)).toMatchObject({ encryption: ["tls"], tls: ["true"] });
    });

    rootTest("is green with the server stopped", async () => expectGreen(await service.replay(), service.count));
  });
});
