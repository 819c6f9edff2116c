import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { BpfObject } from "../../src/capture/bpf-object.ts";
import { programs } from "../../src/capture/programs.ts";
import { Inhabited } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

const opened = () => {
  const object = new BpfObject();
  for (const program of programs) object.choose(program.name, program.modes.includes("redirect"));
  for (const name of ["tap_ring", "tap_drops"]) object.omitMap(name);
  return object;
};

rootTest("maps are written, read and emptied", () => {
  using object = opened();
  expect(object.load()).toBeNull();
  const ports = object.map("pass_through");
  const [key, value] = [Uint8Array.of(80, 0, 0, 0), new Uint8Array(1)];
  expect(ports.read(key, value)).toBe(false);
  ports.put(key, Uint8Array.of(7));
  expect([ports.read(key, value), value[0]]).toEqual([true, 7]);
  ports.remove(key);
  expect(ports.read(key, value)).toBe(false);
});

rootTest("what the kernel refuses is a value with its errno", () => {
  using object = opened();
  expect(object.load()).toBeNull();
  // A descriptor that is no cgroup.
  expect(object.attach("reprise_watch", 0)).toEqual({ errno: expect.any(Number) as unknown as number, log: "" });
});

rootTest("a program that the verifier refuses comes with its words", () => {
  using object = new BpfObject();
  for (const program of programs) object.choose(program.name, program.name === "reprise_watch");
  // Without its map the program cannot be right.
  object.omitMap("own_ports");
  const refusal = object.load();
  expect(refusal?.errno).toBeGreaterThan(0);
  expect(refusal?.log).toContain("own_ports");
});

rootTest("links are above all else, and go with the object", async () => {
  await using inhabited = new Inhabited();
  const object = opened();
  expect(object.load()).toBeNull();
  expect(object.attach("reprise_watch", inhabited.cgroup.fd)).toBeNull();
  const [link = 0] = object.links;
  expect(link).toBeGreaterThan(255);
  expect(readFileSync(`/proc/self/fdinfo/${link}`, "utf8")).toContain("link_id");
  object[Symbol.dispose]();
  expect(existsSync(`/proc/self/fdinfo/${link}`)).toBeFalse();
});
