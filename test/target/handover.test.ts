/** Connections that leave a relay of the test's for the app's own sockets, while both ends go on talking. */
import { expect } from "bun:test";
import type { Socket } from "bun";
import { createServer, type AddressInfo } from "node:net";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "../support/folder.ts";
import type { Leaving, Onward } from "../../src/core/departures.ts";
import { Handover } from "../../src/target/handover.ts";
import { launched } from "../support/launched.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const src = join(import.meta.dir, "../../src");

type Half = Socket<{ far: Half | null; waiting: Uint8Array[] }>;

/** One relayed connection; bytes wait where a socket takes no more. */
class Between implements Leaving {
  onward: Onward | null = null;
  readonly became = Promise.withResolvers<string>();
  readonly ends: Half[];
  isWilling = true;
  readonly isAnswered = true;

  constructor(client: Half, server: Half) {
    this.ends = [client, server];
  }

  get accepted(): number {
    return (this.ends[0] as unknown as { fd: number }).fd;
  }

  get upstream(): number {
    return (this.ends[1] as unknown as { fd: number }).fd;
  }

  hold(): boolean {
    if (!this.isWilling || this.ends.some(({ data }) => data.waiting.length > 0)) return false;
    for (const end of this.ends) end.pause();
    return true;
  }

  goes(onward: Onward): void {
    this.onward = onward;
  }

  settled(result: string): void {
    for (const end of this.ends)
      if (result === "kept") end.resume();
      else end.terminate();
    if (result !== "kept") this.became.resolve(result);
  }
}

const send = (to: Half, bytes: Uint8Array): void => {
  const sent = to.data.waiting.length > 0 ? 0 : Math.max(0, to.write(bytes));
  if (sent < bytes.length) to.data.waiting.push(bytes.slice(sent));
};

const handlers = {
  data(from: Half, bytes: Buffer) {
    if (from.data.far === null) from.data.waiting.push(bytes.slice());
    else send(from.data.far, bytes);
    if ((from.data.far?.data.waiting.length ?? 0) > 4) from.pause();
  },
  drain(to: Half) {
    for (const bytes of to.data.waiting.splice(0)) send(to, bytes);
    if (to.data.waiting.length === 0) to.data.far?.resume();
  },
  end: (from: Half) => void from.data.far?.shutdown(),
  // An end that came while it was held.
  close: (from: Half) => void from.data.far?.shutdown(),
  error() {},
};

const relay = (hostname: string, port: number) => {
  const seen: Between[] = [];
  const listener = Bun.listen<Half["data"]>({
    hostname,
    port: 0,
    allowHalfOpen: true,
    data: { far: null, waiting: [] },
    socket: {
      ...handlers,
      async open(client) {
        client.data = { far: null, waiting: [] };
        client.pause();
        const data: Half["data"] = { far: client, waiting: [] };
        const server = await Bun.connect({ hostname, port, allowHalfOpen: true, data, socket: handlers });
        client.data.far = server;
        seen.push(new Between(client, server));
        client.resume();
      },
    },
  });
  return { port: listener.port, seen, stop: () => listener.stop(true) };
};

/** Says back what it hears, tells which ports its clients have, and says goodbye behind their FIN. */
const echo = async (hostname: string) => {
  const ports: number[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    ports.push(socket.remotePort ?? 0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => void (socket.write(bytes) || socket.pause()));
    socket.on("drain", () => socket.resume());
    socket.on("end", () => socket.end("bye"));
  });
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  return { ports, port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
};

/** Sends megabytes on each of its connections and reads them back, all the time; says how each ended. */
const app = `
import hashlib,os,socket,sys,threading
host,port,count,megabytes=sys.argv[1],int(sys.argv[2]),int(sys.argv[3]),int(sys.argv[4])
said=[None]*count
def talk(i):
    try:
        s=socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        if sys.argv[7]=="bound": s.bind((host,20000+(os.getpid()+i)%12000))
        s.connect((host,port)); sent=hashlib.sha256(); heard=hashlib.sha256(); left=[megabytes<<20]
        s.sendall(b"hello"); assert s.recv(5,socket.MSG_WAITALL)==b"hello"
        while not os.path.exists(sys.argv[5]) and megabytes<2:
            s.sendall(b"x"*1000); assert s.recv(1000,socket.MSG_WAITALL)==b"x"*1000
        def hear():
            want=megabytes<<20
            while want:
                d=s.recv(min(want,65536))
                if not d: return
                heard.update(d); want-=len(d)
        t=threading.Thread(target=hear); t.start()
        for _ in range(megabytes):
            b=os.urandom(1<<20); sent.update(b); s.sendall(b)
        t.join(); s.shutdown(socket.SHUT_WR)
        rest=b""
        while d:=s.recv(100): rest+=d
        said[i]="%s %s %d" % (sent.digest()==heard.digest(), rest.decode(), s.getsockname()[1])
    except Exception as e: said[i]=repr(e)
threads=[threading.Thread(target=talk,args=(i,)) for i in range(count)]
[t.start() for t in threads]; [t.join() for t in threads]
open(sys.argv[6],"w").write("\\n".join(said))`;

/** Of x86-64. */
const [EPOLL_WAIT, SIGWAITINFO, RECV] = ["232", "128", "45"];

const callOf = (pid: number, thread: string): string => {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/syscall`, "utf8").split(" ")[0] ?? "";
  } catch {
    return "";
  }
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(setImmediate);
};

interface Course {
  readonly hostname?: string;
  readonly count: number;
  readonly megabytes: number;
  /** Its ports are chosen before it connects. */
  readonly isBound?: boolean;
}

/** Runs the app through a relay that its connections are to leave; what the app said, and what the server saw. */
const course = async ({ hostname = "127.0.0.1", count, megabytes, isBound = false }: Course) => {
  using folder = new Folder();
  using server = await echo(hostname);
  const between = relay(hostname, server.port);
  const [go, result] = [folder.at("go"), folder.at("result")];
  const words = [hostname, between.port, count, megabytes, go, result, isBound ? "bound" : "free"].join(" ");
  await using running = await launched(`exec python3 -c '${app.replaceAll("'", "'\\''")}' ${words}`);
  await until(() => between.seen.length === count);
  const handover = new Handover(running.cgroup.fd);
  for (const each of between.seen) handover.offer(each);
  const gone = running.target.gone();
  const all = Promise.all(between.seen.map(({ became }) => became.promise));
  const became = await Promise.race([all, gone.then(() => null)]);
  await Bun.write(go, "");
  await gone;
  handover.close();
  between.stop();
  const said = readFileSync(result, "utf8").split("\n");
  return { became, said, ports: server.ports, onward: between.seen.map(({ onward }) => onward?.port) };
};

for (const hostname of ["127.0.0.1", "::1"]) {
  rootTest(
    `busy connections over ${hostname} leave while they talk, with every byte and the half-close`,
    async () => {
      const { became, said, ports, onward } = await course({ hostname, count: 16, megabytes: 1 });
      expect(became).toEqual(Array.from({ length: 16 }, () => "moved"));
      // Each ends at the port that the server has seen from the beginning.
      expect(said.toSorted()).toEqual(ports.map((port) => `True bye ${port}`).toSorted());
      expect(onward.toSorted()).toEqual(ports.toSorted());
    },
    30_000,
  );
}

rootTest(
  "a stream that never pauses loses nothing, whether it leaves or stays",
  async () => {
    const { said } = await course({ count: 1, megabytes: 100 });
    expect(said).toEqual([expect.stringMatching(/^True bye \d+$/)]);
  },
  60_000,
);

rootTest(
  "who has chosen its port keeps it, with every byte, whatever is tried",
  async () => {
    const { became, said, ports } = await course({ count: 2, megabytes: 60, isBound: true });
    expect([became, said.length]).toEqual([null, 2]);
    for (const each of said) expect(each).toMatch(/^True bye \d+$/);
    expect(said.some((each) => ports.some((port) => each.endsWith(` ${port}`)))).toBe(false);
  },
  60_000,
);

/** Waits for events as C programs do, and says what it was told; a freeze is to be none of it. */
const waiter = `
import ctypes,os,select,socket,sys,threading
libc=ctypes.CDLL(None,use_errno=True)
held=socket.create_connection(("127.0.0.1",int(sys.argv[1])))
told=[]
def wait(call):
    result=call(); told.append("%d %d" % (result,ctypes.get_errno()))
epoll=select.epoll(); events=ctypes.create_string_buffer(16); names=ctypes.create_string_buffer(128)
timed=socket.create_connection(("127.0.0.1",int(sys.argv[1])))
timed.setsockopt(socket.SOL_SOCKET,socket.SO_RCVTIMEO,b"\\x3c"+b"\\0"*15)
calls=[lambda: libc.epoll_wait(epoll.fileno(),events,1,-1),lambda: libc.sigwaitinfo(names,None),
       lambda: libc.recv(timed.fileno(),events,1,0)]
for call in calls: threading.Thread(target=wait,args=(call,),daemon=True).start()
limited=threading.Thread(target=wait,args=(lambda: libc.epoll_wait(epoll.fileno(),events,1,60000),)); limited.start()
limited.join()
open(sys.argv[2],"w").write(",".join(told)); held.recv(1)`;

rootTest(
  "no system call of the app is broken off by it; a wait for events with a limit ends before its time",
  async () => {
    using folder = new Folder();
    using server = await echo("127.0.0.1");
    const between = relay("127.0.0.1", server.port);
    const script = `exec python3 -c '${waiter.replaceAll("'", "'\\''")}' ${between.port} ${folder.at("told")}`;
    await using running = await launched(script);
    const waits = () => {
      const calls = readdirSync(`/proc/${running.target.pid}/task`).map((thread) => callOf(running.target.pid, thread));
      return calls.filter((call) => [EPOLL_WAIT, SIGWAITINFO, RECV].includes(call)).length;
    };
    await until(() => between.seen.length === 2 && waits() === 4);
    const handover = new Handover(running.cgroup.fd);
    const [first] = between.seen;
    if (first === undefined) throw new Error("nobody came");
    handover.offer(first);
    expect(await first.became.promise).toBe("moved");
    await until(() => existsSync(folder.at("told")) && readFileSync(folder.at("told"), "utf8") !== "");
    expect(readFileSync(folder.at("told"), "utf8")).toBe("0 0");
    handover.close();
    between.stop();
  },
);

/** A relay that is killed at the moment at which the app is frozen and the connection is to be held still. */
const doomed = (echoPort: number, log: string) => `
  import { writeSync } from "node:fs";
  import { createCgroup } from "${src}/target/cgroup.ts";
  import { Handover } from "${src}/target/handover.ts";
  import { launch } from "${src}/target/native.ts";
  const cgroup = createCgroup();
  const handover = new Handover(cgroup.fd);
  const pass = (to) => (_, bytes) => void to().write(bytes);
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: (from, bytes) => pass(() => from.data)(from, bytes),
    async open(accepted) {
      accepted.pause();
      accepted.data = await Bun.connect({ hostname: "127.0.0.1", port: ${echoPort}, socket: { data: pass(() => accepted) } });
      accepted.resume();
      const ends = { accepted: accepted.fd, upstream: accepted.data.fd };
      handover.keep(ends);
      const hold = () => (writeSync(1, "dies\\n"), process.kill(process.pid, "SIGKILL"));
      handover.offer({ ...ends, isAnswered: true, hold, goes() {}, settled() {} });
    } } });
  const talk = 'import socket,sys;s=socket.create_connection(("127.0.0.1",int(sys.argv[1])));log=open(sys.argv[2],"ab",0)\\n'
    + 'while True: s.sendall(b"x"); assert s.recv(1)==b"x"; log.write(b"x")';
  const command = "exec python3 -u -c '" + talk + "' " + listener.port + " ${log}";
  const env = { PATH: process.env.PATH };
  const target = await launch({ command, cwd: "/", env, user: null, cgroup, files: [], stdout: "stderr" });
  console.log("app", target.pid);`;

rootTest(
  "who is killed while the app is frozen leaves it running, and its connections as they were",
  async () => {
    using folder = new Folder();
    using server = await echo("127.0.0.1");
    await using keeper = new Running([process.execPath, "-e", doomed(server.port, folder.at("log"))]);
    const [, pid = ""] = await keeper.line(/app (\d+)/);
    await keeper.exited;
    const size = () => (existsSync(folder.at("log")) ? statSync(folder.at("log")).size : 0);
    const then = size();
    await until(() => size() > then + 1000);
    process.kill(Number(pid), "SIGKILL");
  },
  30_000,
);

/** A relay with a thread that takes only what is spare of the processors, of which the app leaves nothing. */
const reluctant = (echoPort: number, log: string) => `
  const worker = new Worker("data:text/javascript," + encodeURIComponent(
    'import { scheduleThread } from "${src}/../ffi/scheduling.ts"; const much = new Uint8Array(512 << 20).fill(1);' +
    'scheduleThread("spare"); postMessage(1); setInterval(() => much[0]++, 1000)'));
  await new Promise((resolve) => worker.onmessage = resolve);
  ${doomed(echoPort, log)}`;

rootTest(
  "who is killed is dead soon, however little its threads take of the processors",
  async () => {
    using folder = new Folder();
    using server = await echo("127.0.0.1");
    const log = folder.at("log");
    const size = () => (existsSync(log) ? statSync(log).size : 0);
    await using keeper = new Running([process.execPath, "-e", reluctant(server.port, log)]);
    const [, pid = ""] = await keeper.line(/app (\d+)/);
    const processors = Array.from({ length: 2 * navigator.hardwareConcurrency });
    const busy = processors.map(() => Bun.spawn(["sh", "-c", "while :; do :; done"]));
    try {
      await keeper.line(/dies/);
      const beganAt = performance.now();
      await keeper.exited;
      const then = size();
      await until(() => size() > then + 10);
      process.kill(Number(pid), "SIGKILL");
      expect(performance.now() - beganAt).toBeLessThan(5_000);
    } finally {
      for (const each of busy) each.kill("SIGKILL");
    }
  },
  60_000,
);

rootTest("whose owner does not hold it stays, and the app goes on", async () => {
  using server = await echo("127.0.0.1");
  const between = relay("127.0.0.1", server.port);
  const script = `import socket; s=socket.create_connection(("127.0.0.1",${between.port})); s.recv(1)`;
  await using running = await launched(`exec python3 -c '${script}'`);
  await until(() => between.seen.length === 1);
  const [only] = between.seen;
  if (only === undefined) throw new Error("nobody came");
  const handover = new Handover(running.cgroup.fd);
  const asked = Promise.withResolvers<void>();
  only.isWilling = false;
  const { accepted, upstream } = only;
  const hold = () => {
    asked.resolve();
    return false;
  };
  handover.offer({
    accepted,
    upstream,
    isAnswered: true,
    hold,
    goes: (onward) => only.goes(onward),
    settled: () => {},
  });
  await asked.promise;
  handover.close();
  expect(only.onward).toBeNull();
  await until(() => readFileSync(`/proc/self/fd/${running.cgroup.fd}/cgroup.events`, "utf8").includes("frozen 0"));
  between.stop();
});
