import { describe, expect, test } from "bun:test";
import { generic } from "../../../src/protocols/generic/index.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { startReplayServer } from "../../support/replay-server.ts";
import { peerOf, recordWire } from "../../support/run-session.ts";
import { wiresOf } from "../../support/wire.ts";

test("it claims nothing, whatever the bytes", () => {
  const head = { client: new TextEncoder().encode("anything"), server: new Uint8Array(0) };
  expect(generic.detect(head, peerOf({ port: 7, transport: "tcp" }))).toBe("no");
});

describe("real conversations", () => {
  test.each(wiresOf("generic").map((wire) => [wire.name, wire] as const))("%s is read in turns", (_, wire) => {
    const { exchanges, unread } = recordWire(generic, wire);
    expect(unread).toEqual([]);
    expect(exchanges.length).toBeGreaterThan(2);
  });

  test("a real mail client is served from the recording of another, twice", async () => {
    const wire = wiresOf("generic").find(({ name }) => name.endsWith("smtplib"));
    if (wire === undefined) throw new Error("the wire is not there");
    const pool = exactPool(generic, recordWire(generic, wire).exchanges);
    await using server = await startReplayServer({ protocol: generic, pool, usualPort: 25 });
    const script = [
      "import smtplib, sys",
      "for i in range(2):",
      "    c = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), local_hostname='client.test')",
      "    mail = 'Subject: hello %d\\r\\n\\r\\nGrüße, Zeile %d\\r\\n.\\r\\n' % (i, i)",
      "    print(c.sendmail('ann@example.test', ['bob@example.test', 'eve@example.test'], mail.encode()))",
      "    print(c.noop(), c.quit())",
    ];
    const client = Bun.spawn(["python3", "-c", script.join("\n"), String(server.port)], { stdout: "pipe" });
    const said = "{}\n(250, b'OK') (221, b'Bye')\n";
    expect([await client.stdout.text(), await client.exited, server.misses, server.errors]).toEqual([
      said + said,
      0,
      [],
      [],
    ]);
  });
});
