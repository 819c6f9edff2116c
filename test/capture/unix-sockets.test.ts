/** The kernel's part against real sockets: whose they are, who connects, and what becomes of it. */
import { expect, test } from "bun:test";
import {
  isSocketThere,
  loadUnixSocketsAlone,
  openUnixSockets,
  refusingHooks,
  seeingHooks,
  type UnixSockets,
} from "../../src/capture/unix-sockets.ts";
import { Inhabited, outside } from "../support/captured.ts";
import { Folder } from "../support/folder.ts";
import { rootTest } from "../support/root-test.ts";

/** Connects to each of its arguments, by that type where one follows a colon, and says how each ended. */
const client = `
import socket, sys, errno
for name in sys.argv[1:]:
    name, _, kind = name.partition(":")
    made = socket.socket(socket.AF_UNIX, getattr(socket, "SOCK_" + (kind or "STREAM")))
    try:
        made.connect(name.replace("@", chr(0)))
        print("connected")
    except OSError as error:
        print(errno.errorcode[error.errno])
`;

/** Listens at each of its arguments, says so, and stays. */
const server = `
import signal, socket, sys
made = []
for name in sys.argv[1:]:
    name, _, kind = name.partition(":")
    made.append(socket.socket(socket.AF_UNIX, getattr(socket, "SOCK_" + (kind or "STREAM"))))
    made[-1].bind(name.replace("@", chr(0)))
    if kind != "DGRAM":
        made[-1].listen(8)
print("listening", flush=True)
signal.pause()
`;

/** An app beside servers of somebody else, all in one folder. */
class Scene extends Inhabited {
  readonly #folder = new Folder();
  readonly sockets: UnixSockets;

  constructor(isRefusing: boolean, allowed: readonly string[] = [], beginnings: readonly string[] = []) {
    super();
    const set = { names: allowed.map((name) => this.at(name)), beginnings: beginnings.map((name) => this.at(name)) };
    const opened = openUnixSockets({ cgroupFd: this.cgroup.fd, isRefusing, allowed: set });
    if (opened === null) throw new Error("this kernel has none of the hooks");
    this.sockets = opened;
  }

  at(name: string): string {
    return name.startsWith("@") ? `@${this.#folder.at(name.slice(1))}` : this.#folder.at(name);
  }

  /** How connections of the app to these end, in order. */
  async connect(...names: readonly string[]): Promise<string[]> {
    return await this.#ends(this.start("python3", "-c", client, ...names.map((name) => this.at(name))), names.length);
  }

  /** The same of somebody else. */
  async connectOutside(...names: readonly string[]): Promise<string[]> {
    return await this.#ends(outside("python3", "-c", client, ...names.map((name) => this.at(name))), names.length);
  }

  async #ends(asking: ReturnType<typeof outside>, count: number): Promise<string[]> {
    using process = asking;
    const ends: string[] = [];
    while (ends.length < count) ends.push(await process.line());
    return ends;
  }

  /** Listeners of the app, or of somebody else. */
  async listen(whose: "app" | "other", ...names: readonly string[]): Promise<Disposable> {
    const command = ["python3", "-c", server, ...names.map((name) => this.at(name))];
    const process = whose === "app" ? this.start(...command) : outside(...command);
    expect(await process.line()).toBe("listening");
    return process;
  }

  /** What was counted, by the names in the folder; a shell may look elsewhere for who it is. */
  calls(): Record<string, number> {
    const folder = `${this.#folder.path}/`;
    const own = [...this.sockets.calls()].filter(([name]) => name.includes(folder));
    return Object.fromEntries(own.map(([name, count]) => [name.replace(folder, ""), count]));
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.sockets[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

test("there is more than one way to see and to refuse", () => {
  expect(seeingHooks.length).toBeGreaterThan(1);
  expect(refusingHooks.length).toBeGreaterThan(1);
});

rootTest("this kernel loads one way of each", () => {
  for (const ways of [seeingHooks, refusingHooks]) {
    expect(ways.some((hooks) => loadUnixSocketsAlone(hooks) === null)).toBe(true);
  }
});

rootTest("seeing: connections to somebody else's sockets are counted by name, and made", async () => {
  await using scene = new Scene(false, ["let", "@let"], ["folder-"]);
  using _other = await scene.listen("other", "db", "@db", "packets:SEQPACKET", "let", "@let", "folder-1", "log:DGRAM");
  using _own = await scene.listen("app", "own", "@own");
  const all = ["db", "db", "@db", "packets:SEQPACKET", "let", "@let", "folder-1", "log:DGRAM", "own", "@own"];
  expect(await scene.connect(...all)).toEqual(all.map(() => "connected"));
  expect(await scene.connect("nobody")).toEqual(["ENOENT"]);
  expect(await scene.connectOutside("db", "own")).toEqual(["connected", "connected"]);
  expect(scene.calls()).toEqual({ db: 2, "@db": 1, packets: 1 });
});

rootTest("refusing: the app is told that nobody listens there, and others are left alone", async () => {
  await using scene = new Scene(true, ["let"], ["folder-"]);
  using _other = await scene.listen("other", "db", "@db", "packets:SEQPACKET", "let", "folder-1", "log:DGRAM");
  const foreign = ["db", "db", "@db", "packets:SEQPACKET"];
  expect(await scene.connect(...foreign)).toEqual(foreign.map(() => "ECONNREFUSED"));
  expect(await scene.connect("let", "folder-1", "log:DGRAM")).toEqual(["connected", "connected", "connected"]);
  expect(await scene.connectOutside("db")).toEqual(["connected"]);
  expect(scene.calls()).toEqual({ db: 2, "@db": 1, packets: 1 });
});

rootTest("refusing: what the app itself listens at is reached by all of its processes", async () => {
  await using scene = new Scene(true);
  using _own = await scene.listen("app", "own", "@own", "packets:SEQPACKET");
  expect(await scene.connect("own", "@own", "packets:SEQPACKET")).toEqual(["connected", "connected", "connected"]);
  expect(await scene.connectOutside("own")).toEqual(["connected"]);
  expect(scene.calls()).toEqual({});
});

rootTest("refusing: who is gone is counted where the kernel asks before it looks", async () => {
  await using scene = new Scene(true);
  const isAskedFirst = scene.sockets.hooks.some(({ hook }) => hook === "cgroup/connect_unix");
  expect(await scene.connect("nobody")).toEqual([isAskedFirst ? "ECONNREFUSED" : "ENOENT"]);
  expect(scene.calls()).toEqual(isAskedFirst ? { nobody: 1 } : {});
});

rootTest("refusing: a name at which the app failed to listen is not its own", async () => {
  await using scene = new Scene(true);
  using _other = await scene.listen("other", "db");
  const tries = `import socket, sys
try: socket.socket(socket.AF_UNIX).bind(sys.argv[1])
except OSError: print("taken", flush=True)`;
  using trying = scene.start("python3", "-c", tries, scene.at("db"));
  expect(await trying.line()).toBe("taken");
  expect(await scene.connect("db")).toEqual(["ECONNREFUSED"]);
});

rootTest("once closed, everything is reached again", async () => {
  await using scene = new Scene(true);
  using _other = await scene.listen("other", "db");
  scene.sockets[Symbol.dispose]();
  expect(await scene.connect("db")).toEqual(["connected"]);
});

test("a socket is there by its file, or by its abstract name; another file is none", async () => {
  using folder = new Folder();
  using listener = Bun.listen({ unix: folder.at("here"), socket: { data() {} } });
  const abstract = `@${folder.at("abstract")}`;
  using other = Bun.listen({ unix: abstract.replace("@", "\0"), socket: { data() {} } });
  expect([listener.unix, other.unix]).toEqual([folder.at("here"), abstract.replace("@", "\0")]);
  const names = [folder.at("here"), abstract, folder.write("file", ""), folder.at("nobody"), "@nobody"];
  expect(names.map(isSocketThere)).toEqual([true, true, false, false, false]);
});
