/** node-postgres against the session behind a socket: it says whether the server has proved itself. */
import { expect, test } from "bun:test";
import { Client } from "pg";
import { serialize } from "pg-protocol";
import { Passwords } from "../../../src/core/passwords.ts";
import {
  demandsAuthentication,
  ReplayAuthentication,
  unprovable,
} from "../../../src/protocols/postgres/replay-authentication.ts";
import { ReplaySession } from "../../../src/protocols/postgres/replay-session.ts";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peer, recorded, columns, ready, row, tag } from "../../support/postgres-talk.ts";

test("what a strict client says of itself is understood", () => {
  const strict = [
    "PGREQUIREAUTH=scram-sha-256",
    "URL=postgres://db/shop?require_auth=md5%2cscram-sha-256",
    "DSN=host=db require_auth=!none",
    "PGCHANNELBINDING=require",
    "URL=jdbc:postgresql://db/shop?channelBinding=require",
    "CONNECTION=Host=db;Channel Binding=Require",
    'CONFIG={"channel_binding": "require"}',
  ];
  const easy = [
    "PGREQUIREAUTH=none",
    "DSN=require_auth=!password,!md5",
    "PGCHANNELBINDING=prefer",
    "channel_binding=disable",
    "REQUIRE_AUTHOR=7",
    "",
  ];
  expect(strict.map((text) => demandsAuthentication(["HOME=/root", text]))).toEqual(strict.map(() => true));
  expect(easy.map((text) => demandsAuthentication([text]))).toEqual(easy.map(() => false));
});

/** A server of one session for each connection, as the proxy would feed it. */
const serve = (surroundings: readonly string[], authentication: string) => {
  const answer = Buffer.concat([columns(["a", 25]), row("7"), tag("SELECT 1"), ready()]);
  const exchanges = recorded(serialize.query("SELECT 7"), answer);
  const session = { type: "session", database: "shop", user: "app", minor: 0, options: [], encryption: "none", authentication, replies: [] } as const; // prettier-ignore
  const misses: string[] = [];
  const listener = Bun.listen<{ session: ReplaySession }>({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      open(socket) {
        const pool = exactPool(postgres, [{ spec: session, startedAt: 0, endedAt: 0, reuse: "repeat" }, ...exchanges]);
        socket.data = { session: new ReplaySession({ peer: { ...peer, surroundings }, pool, protocol: "postgres" }) };
      },
      data(socket, bytes) {
        for (const step of socket.data.session.data({ from: "client", bytes: new Uint8Array(bytes), at: 0 })) {
          if (step.do === "send") socket.write(step.bytes);
          if (step.do === "miss") misses.push(step.miss.asked);
          if (step.do === "close") socket.end();
        }
      },
    },
  });
  return { port: listener.port, misses, [Symbol.dispose]: () => listener.stop(true) };
};

const connected = async (port: number): Promise<unknown> => {
  const client = new Client({ host: "127.0.0.1", port, user: "app", database: "shop", password: "secret" });
  try {
    await client.connect();
    return (await client.query("SELECT 7")).rows;
  } finally {
    await client.end().catch(() => {});
  }
};

test("a client is asked by the method that was recorded, and believes the server that has the password", async () => {
  for (const method of ["scram-sha-256", "scram-sha-256-plus", "md5", "password", "trust"]) {
    using server = serve(["PGPASSWORD=secret", "PGREQUIREAUTH=!none"], method);
    expect(await connected(server.port)).toEqual([{ a: "7" }]);
    expect(server.misses).toEqual([]);
  }
});

test("without the password the client is told why, and so is the run", async () => {
  using server = serve(["PGREQUIREAUTH=scram-sha-256"], "scram-sha-256");
  await expect(connected(server.port)).rejects.toThrow(unprovable);

  expect(server.misses).toEqual([unprovable]);
});

test("nonsense in place of SCRAM is no proof", () => {
  const begin = () => new ReplayAuthentication({ method: "scram-sha-256", passwords: new Passwords(["A=b"]), connection: "c1", isTls: true }); // prettier-ignore
  expect(begin().start().is).toBe("going on");
  expect(begin().answer(Buffer.from("SCRAM-SHA-256\0\0\0\0\u0003n,,")).is).toBe("failed");
  const authentication = begin();
  expect(authentication.answer(Buffer.from("SCRAM-SHA-256\0\0\0\0\u0009n,,n=,r=x")).is).toBe("going on");
  expect(authentication.answer(Buffer.from("c=biws,r=x")).is).toBe("failed");
});
