/** A cgroup of a test's own with our programs on it, processes started in it, and what the tap made of their traffic. */
import { type Cgroup, createCgroup } from "../../src/target/cgroup.ts";
import type { Flow, FlowEvent } from "../../src/capture/flow-events.ts";
import { openJournal } from "../../src/capture/journal.ts";
import { type Kernel, type KernelOptions, openKernel } from "../../src/capture/kernel.ts";
import { Reassembly } from "../../src/capture/reassembly.ts";
import { startTap, type Tap } from "../../src/capture/tap.ts";
import { Folder } from "./folder.ts";

/** A process with its lines of output as they come; it is killed when the test's scope ends. */
export interface Inhabitant extends Disposable {
  readonly process: Bun.Subprocess<"ignore", "pipe", "inherit">;
  /** The next line of its output. */
  line(): Promise<string>;
}

/** A cgroup that goes, with all in it, when the test's scope ends. */
export class Inhabited implements AsyncDisposable {
  readonly cgroup: Cgroup = createCgroup();

  /** Starts a command in the cgroup: a shell enters it, then becomes the command. */
  start(...command: readonly string[]): Inhabitant {
    return startIn(this.cgroup, command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cgroup.kill("SIGKILL");
    await this.cgroup.untilEmpty(AbortSignal.timeout(10_000));
    this.cgroup.remove();
  }
}

function startIn(cgroup: Cgroup, command: readonly string[]): Inhabitant {
  const enter = ["sh", "-c", `echo $$ > ${cgroup.path}/cgroup.procs && exec "$@"`, "sh", ...command];
  return outside(...enter);
}

/** Starts a command that is no part of any app. */
export function outside(...command: readonly string[]): Inhabitant {
  const started = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const lines = started.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(splitLines()).getReader();
  const line = async () => (await lines.read()).value ?? "";
  return { process: started, line, [Symbol.dispose]: () => started.kill("SIGKILL") };
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) controller.enqueue(part);
    },
    flush: (controller) => (rest === "" ? undefined : controller.enqueue(rest)),
  });
}

/** The tap on a cgroup, its journal in a folder that goes with it. */
export class Tapped extends Inhabited {
  readonly kernel: Kernel;
  readonly tap: Tap;
  readonly #folder = new Folder();

  constructor(options: Partial<KernelOptions> = {}) {
    super();
    const usual: KernelOptions = { cgroupFd: this.cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] };
    this.kernel = openKernel({ ...usual, ...options });
    this.tap = startTap(this.kernel, this.#folder.at("journal"), { command: "", testSet: "", startedAt: Date.now() });
  }

  /** Stops the tap and hands over everything that it saw; `see` is for what is too large to keep. */
  async events(see: (event: FlowEvent) => boolean = () => true): Promise<FlowEvent[]> {
    await this.tap.stop();
    await using journal = await openJournal(this.tap.journalPath);
    const reassembly = new Reassembly(journal.meta);
    const events: FlowEvent[] = [];
    for await (const batch of journal.batches(null)) events.push(...reassembly.take(batch).filter(see));
    events.push(...reassembly.finish().filter(see));
    return events;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.kernel.close();
    this.#folder[Symbol.dispose]();
  }
}

/** Both directions of a flow by length and hash, and what disturbed it. */
export interface FlowSum {
  readonly flow: Flow;
  readonly client: { bytes: number; hash: string };
  readonly server: { bytes: number; hash: string };
  readonly ended: string[];
  gaps: number;
}

/** Sums flows up as their events pass, so that bulk need not be kept. */
export class FlowSums {
  readonly #sums = new Map<string, { sum: FlowSum; client: Bun.CryptoHasher; server: Bun.CryptoHasher }>();

  readonly see = (event: FlowEvent): false => {
    const entry = this.#sums.get(event.flow.id) ?? this.#open(event.flow);
    if (event.type === "chunk" || event.type === "datagram") {
      entry[event.from].update(event.bytes);
      entry.sum[event.from].bytes += event.bytes.length;
    }
    if (event.type === "gap") entry.sum.gaps++;
    if (event.type === "end") entry.sum.ended.push(event.from);
    if (event.type === "close") entry.sum.ended.push(event.how);
    return false;
  };

  /** The finished sums, by the client's port. */
  all(): Map<number, FlowSum> {
    const entries = [...this.#sums.values()];
    for (const { sum, client, server } of entries) {
      sum.client.hash ||= client.digest("hex");
      sum.server.hash ||= server.digest("hex");
    }
    return new Map(entries.map(({ sum }) => [sum.flow.client.port, sum]));
  }

  #open(flow: Flow) {
    const side = () => ({ bytes: 0, hash: "" });
    const entry = {
      sum: { flow, client: side(), server: side(), ended: [], gaps: 0 },
      client: new Bun.CryptoHasher("sha256"),
      server: new Bun.CryptoHasher("sha256"),
    };
    this.#sums.set(flow.id, entry);
    return entry;
  }
}
