import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { hostsThroughFiles, nameServiceFiles } from "../../src/target/nsswitch.ts";

test("only the hosts line changes, and its comment stays", () => {
  const text = [
    "# /etc/nsswitch.conf",
    "passwd:         files systemd",
    "hosts:          mymachines resolve [!UNAVAIL=return] files myhostname dns  # by systemd",
    "networks:       files",
    "netgroup:       nis",
    "",
  ].join("\n");
  expect(hostsThroughFiles(text)).toBe(
    text.replace("mymachines resolve [!UNAVAIL=return] files myhostname dns", "files dns"),
  );
});

test("a hosts line is added where there is none, commented ones do not count", () => {
  expect(hostsThroughFiles("")).toBe("hosts: files dns\n");
  expect(hostsThroughFiles("passwd: files")).toBe("passwd: files\nhosts: files dns\n");
  expect(hostsThroughFiles("#hosts: resolve\n")).toBe("#hosts: resolve\nhosts: files dns\n");
});

test("blanks, an empty value and several lines are understood, and doing it again changes nothing", () => {
  const rewritten = hostsThroughFiles("\thosts :resolve\nhosts:\nhosts: wins");
  expect(rewritten).toBe("\thosts :files dns\nhosts:files dns\nhosts: files dns");
  expect(hostsThroughFiles(rewritten)).toBe(rewritten);
});

test("the host's own file is the one that is placed", () => {
  const placed = nameServiceFiles().find(({ path }) => path === "/etc/nsswitch.conf");
  if (placed === undefined) return;
  expect(placed.content).toBe(hostsThroughFiles(readFileSync("/etc/nsswitch.conf", "utf8")));
});
