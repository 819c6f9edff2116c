/** Against Java itself: one that has virtual threads, and one that is older. */
import { expect } from "bun:test";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { JavaCarriers } from "../../src/target/java-carriers.ts";
import { Folder } from "../support/folder.ts";
import { recentJava } from "../support/recent-java.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const program = `public class Busy {
  private static void turn() {
    System.out.println("turns " + Thread.currentThread());
    for (;;) Thread.onSpinWait();
  }
  public static void main(String[] arguments) throws Exception {
    try {
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) Busy::turn);
    } catch (NoSuchMethodException older) {
      System.out.println("turns none");
    }
    Thread.sleep(60_000);
  }
}`;

function numberAt(pid: number, address: number): bigint {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const bytes = Buffer.alloc(8);
  readSync(memory, bytes, 0, 8, address);
  closeSync(memory);
  return bytes.readBigUInt64LE();
}

rootTest(
  "what a carrier carries is found in a Java that has virtual threads, and nothing in any other program",
  async () => {
    using folder = new Folder();
    folder.write("Busy.java", program);
    await Bun.$`javac --release 17 -d ${folder.path} ${folder.at("Busy.java")}`.quiet();
    await using recent = new Running([await recentJava(), "-cp", folder.path, "Busy"]);
    const [, virtual] = await recent.line(/turns VirtualThread\[#(\d+)/);
    const carriers = await JavaCarriers.of(recent.pid);
    const found = (await carriers?.find()) ?? [];
    expect(await carriers?.find()).toEqual([]);
    const busy = found.filter(({ address }) => numberAt(recent.pid, address) === BigInt(virtual ?? ""));
    expect(busy).toHaveLength(1);
    const names = found.map(({ thread }) => readFileSync(`/proc/${recent.pid}/task/${thread}/comm`, "latin1"));
    expect(names.filter((name) => !name.startsWith("ForkJoinPool-"))).toEqual([]);
    const idle = found.filter((each) => !busy.includes(each));
    expect(idle.map(({ address }) => numberAt(recent.pid, address))).toEqual(idle.map(({ own }) => own));
    expect(busy[0]?.own).not.toBe(BigInt(virtual ?? ""));
    await using older = new Running(["java", "-cp", folder.path, "Busy"]);
    await older.line(/turns none/);
    expect([await JavaCarriers.of(older.pid), await JavaCarriers.of(process.pid)]).toEqual([null, null]);
  },
  60_000,
);
