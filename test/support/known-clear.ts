/**
 * A folder in which an earlier recording has learned that a destination speaks clear text: what is not known yet may be TLS,
 * passes through the proxy, and breaks or waits with it.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_CONFIG, writeConfig } from "../../src/store/config.ts";

/** Until it is disposed of, which may be as soon as the next recording has begun. */
export function knownClear(path: string, port: number): Disposable {
  const earlier = join(path, "reprise/earlier");
  mkdirSync(earlier, { recursive: true });
  const learned = { clear: [{ address: "127.0.0.1", port }], blind: [] };
  writeFileSync(join(earlier, "config.yaml"), writeConfig({ ...EMPTY_CONFIG, learned }));
  return { [Symbol.dispose]: () => rmSync(earlier, { recursive: true }) };
}
