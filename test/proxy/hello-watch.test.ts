/** A hello in mid-stream, however it is cut; and that whatever else is given back as it came. */
import { expect, test } from "bun:test";
import { type Chunk } from "../../src/core/protocol.ts";
import { HelloWatch } from "../../src/proxy/hello-watch.ts";
import { helloOf } from "../support/client-hello.ts";

const chunk = (bytes: Uint8Array): Chunk => ({ from: "client", bytes, at: 1 });

test("a hello is found whole, with what comes behind it", async () => {
  const bytes = await helloOf("shop.example");
  const more = Buffer.concat([bytes, Buffer.from("early")]);
  for (const what of ["due", "possible"] as const) {
    expect(new HelloWatch(what).weigh(chunk(more))).toMatchObject({ is: "tls", early: more });
    const cut = new HelloWatch(what);
    expect([cut.weigh(chunk(more.subarray(0, 6))), cut.heldBytes]).toEqual([{ is: "held" }, 6]);
    const found = cut.weigh(chunk(more.subarray(6)));
    expect(found).toMatchObject({ is: "tls", hello: { serverName: "shop.example" } });
    expect(found.is === "tls" && Buffer.compare(found.early, more)).toBe(0);
    expect(cut.heldBytes).toBe(0);
  }
});

test("a hello that is due may come byte by byte; one that nobody announced shows itself at once", async () => {
  const bytes = await helloOf(null);
  const due = new HelloWatch("due");
  const verdicts = [...bytes].map((byte) => due.weigh(chunk(Uint8Array.of(byte))).is);
  expect([verdicts.at(-1), new Set(verdicts.slice(0, -1))]).toEqual(["tls", new Set(["held"])]);
  const first = chunk(bytes.subarray(0, 5));
  expect(new HelloWatch("possible").weigh(first)).toEqual({ is: "plain", chunks: [first] });
});

test("what turns out to be none comes back as it came", async () => {
  const watch = new HelloWatch("due");
  const [first, second] = [chunk(Uint8Array.of(0x16, 3, 1)), chunk(Uint8Array.of(0xff, 0xff, 0xff))];
  expect(watch.weigh(first)).toEqual({ is: "held" });
  expect(watch.isOver).toBe(false);
  expect(watch.weigh(second)).toEqual({ is: "plain", chunks: [first, second] });
  expect(watch.isOver).toBe(true);
  const torn = new HelloWatch("due");
  torn.weigh(first);
  expect(torn.release()).toEqual([first]);
});
