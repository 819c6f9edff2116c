import { expect, test } from "bun:test";
import { Can, Form, offered } from "../../../src/protocols/mysql/capabilities.ts";

test("replay offers what was recorded, but no compression, and TLS only where there was TLS", () => {
  const recorded = Can.Protocol41 | Can.Compress | Can.Zstd | Can.Tls | Can.CacheMetadata;
  expect(offered(recorded, false)).toBe(Can.Protocol41 | Can.CacheMetadata);
  expect(offered(recorded & ~Can.Tls, true)).toBe(Can.Protocol41 | Can.CacheMetadata | Can.Tls);
  expect(new Form(Can.Tls).can(Can.Tls)).toBe(true);
});
