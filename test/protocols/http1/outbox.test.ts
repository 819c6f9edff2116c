import { expect, test } from "bun:test";
import { Outbox } from "../../../src/protocols/http1/outbox.ts";
import { bytes, sent } from "./example.ts";

const piece = (content: string, afterMs = 0) => ({ bytes: bytes(content), afterMs });

test("small pieces go together, silences are waited out in order", () => {
  const outbox = new Outbox();
  outbox.add([piece("a"), piece("b"), piece("c", 50), piece("d")]);
  expect(sent([...outbox.flush()])).toBe("ab[wake]");
  outbox.add([piece("e")]);
  outbox.close("done");
  expect(sent([...outbox.flush()])).toBe("");
  expect(sent([...outbox.wake()])).toBe("cde[close]");
  expect(sent([...outbox.flush()])).toBe("");
});

test("silences are bounded, each and together", () => {
  const outbox = new Outbox();
  outbox.add([piece("a", 60_000), ...Array.from({ length: 100 }, () => piece("b", 50))]);
  let waited = 0;
  let steps = [...outbox.flush()];
  for (let most = 0; most < 1000; most++) {
    const wake = steps.find((step) => step.do === "wake");
    if (!wake) break;
    waited += wake.afterMs;
    steps = [...outbox.wake()];
  }
  expect(waited).toBe(2000);
});
