/** What may be TLS passes through the proxy, what is known to be clear does not, and all of it is recorded alike. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { record, type RecordOptions } from "../../src/record/record.ts";
import { readConfig } from "../../src/store/config.ts";
import { lastLearned } from "../../src/store/learned.ts";
import { readYaml, wholeFile } from "../../src/store/read-yaml.ts";
import { Folder } from "../support/folder.ts";
import { everything, versions } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

/** Answers with the port that its client came from. */
const dependency = () =>
  Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => new Response(String(server.requestIP(request)?.port)),
  });

/** Asks `times` times, each on a connection of its own, and says which ports of its own it used. */
const client = `import socket,sys
for i in range(int(sys.argv[2])):
    s=socket.create_connection(("127.0.0.1",int(sys.argv[1])))
    own=s.getsockname()[1]
    assert s.getpeername()==("127.0.0.1",int(sys.argv[1]))
    s.sendall(b"GET /%d HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n" % i)
    said=b""
    while (d:=s.recv(4096)): said+=d
    print("straight" if said.decode().endswith("\\r\\n\\r\\n%d" % own) else "proxied",file=open(sys.argv[3],"a"))`;

const recorded = async (folder: Folder, port: number, more: Partial<RecordOptions> = {}) => {
  const log = folder.at(`log-${Math.random()}`);
  const options: RecordOptions = {
    ...everything,
    proxied: "unknown",
    app: {
      command: `exec python3 -c '${client.replaceAll("'", "'\\''")}' ${port} 3 ${log}`,
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
      user: null,
      stdout: "stderr",
      files: [],
    },
    root: folder.at("root"),
    passThroughPorts: [],
    passThroughSockets: [],
    knownSockets: [],
    stop: new AbortController().signal,
    isInterruptedByTerminal: () => false,
    keepCapture: false,
    versions,
    ...more,
  };
  const outcome = await record(options, {
    started: () => {},
    listening: () => {},
    recorded: () => {},
    decoding: () => {},
  });
  return { outcome, ways: existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [] };
};

rootTest(
  "the first connection to a destination passes through the proxy, and then it is known, also next time",
  async () => {
    using folder = new Folder();
    await using server = dependency();
    const port = server.port ?? 0;
    const first = await recorded(folder, port);
    expect(first.ways).toEqual(["proxied", "straight", "straight"]);
    expect(first.outcome).toMatchObject({ tests: 0, mocks: 3, unread: [], drops: { relayed: 0 } });
    const path = folder.at("root/test-set-0/config.yaml");
    const { learned } = readConfig(readYaml(readFileSync(path, "utf8"), wholeFile(path)), path);
    expect(learned).toEqual({ clear: [{ address: "127.0.0.1", port }], blind: [] });
    const second = await recorded(folder, port);
    expect(second.ways).toEqual(["straight", "straight", "straight"]);
    expect([second.outcome.mocks, lastLearned(folder.at("root"))]).toEqual([3, learned]);
  },
);

rootTest("asked to, it proxies all or nothing", async () => {
  using folder = new Folder();
  await using server = dependency();
  const all = await recorded(folder, server.port ?? 0, { proxied: "all" });
  expect(all.ways).toEqual(["proxied", "proxied", "proxied"]);
  const again = await recorded(folder, server.port ?? 0, { proxied: "all" });
  expect(again.ways).toEqual(["proxied", "proxied", "proxied"]);
  const none = await recorded(folder, server.port ?? 0, { proxied: "none" });
  expect(none.ways).toEqual(["straight", "straight", "straight"]);
  expect([all, again, none].map(({ outcome }) => outcome.mocks)).toEqual([3, 3, 3]);
});

rootTest("what is passed through is neither proxied nor recorded", async () => {
  using folder = new Folder();
  await using server = dependency();
  const { ways, outcome } = await recorded(folder, server.port ?? 0, { passThroughPorts: [server.port ?? 0] });
  expect([ways, outcome.mocks]).toEqual([["straight", "straight", "straight"], 0]);
});

/** Keeps connections open and asks on each until the server sees where they come from; at most for some seconds. */
const pooled = `import socket,sys,threading,time
port=int(sys.argv[1])
def talk(i):
    s=socket.create_connection(("127.0.0.1",port)); f=s.makefile("rb"); last=time.time()+8; asked=0; more=20
    while more and time.time()<last:
        s.sendall(b"GET /%d-%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % (i,asked)); asked+=1
        length=0
        while (line:=f.readline().strip()):
            if line.lower().startswith(b"content-length:"): length=int(line.split(b":")[1])
        if int(f.read(length))==s.getsockname()[1]: more-=1
    print("straight" if more==0 else "proxied",asked,file=open(sys.argv[3],"a"))
threads=[threading.Thread(target=talk,args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]`;

rootTest(
  "a pool that was opened before its destination was known leaves the proxy, and nothing of it is lost",
  async () => {
    using folder = new Folder();
    await using server = dependency();
    const log = folder.at("log");
    const { outcome } = await recorded(folder, server.port ?? 0, {
      app: {
        command: `exec python3 -c '${pooled}' ${server.port} - ${log}`,
        cwd: "/",
        env: { PATH: process.env["PATH"] ?? "" },
        user: null,
        stdout: "stderr",
        files: [],
      },
    });
    const ends = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    expect(ends.map(([way]) => way)).toEqual(Array.from({ length: 8 }, () => "straight"));
    const asked = ends.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(outcome).toMatchObject({ mocks: asked, unread: [], drops: { relayed: 0 } });
  },
  30_000,
);
