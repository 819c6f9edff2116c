/** What a recording and a replay with TLS leave: trust stores as they were, no private key, another authority each time. */
import { afterAll, beforeAll, expect } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Folder } from "../support/folder.ts";
import { services } from "../support/https-services.ts";
import { expectGreen, recordHttps, replayHttps, usersFolder } from "../support/https-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { TlsHost } from "../support/tls-host.ts";
import { filesWithKeys, mountsOf, trustStores } from "../support/trust-stores.ts";

const bundle = "/etc/ssl/certs/ca-certificates.crt";

let host: TlsHost;
beforeAll(async () => {
  if (process.getuid?.() === 0) host = await TlsHost.start();
}, 60_000);
afterAll(async () => await host?.[Symbol.asyncDispose]());

/** The processes in whose command line that word stands and which are no root's. */
const appsOf = (word: string): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const isUsers = /^Uid:\s+65534\s/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
        return isUsers && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });

const pems = (text: string): string[] => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

rootTest(
  "trust stores stay as they are, no private key is on disk, and each run has an authority of its own",
  async () => {
    using marker = new Folder();
    const since = marker.write("marker", "");
    const service = services.find(({ language }) => language === "Python");
    if (service === undefined) throw new Error("there is no service in Python");
    const asked = service.clients.map((client) => ({ path: `/${client}/count` }));
    const stores = () => ({ machine: trustStores(), host: trustStores(host.enter) });
    const before = stores();
    const inside = (file: string) => Bun.spawnSync([...host.enter, "cat", file]).stdout.toString();
    const system = pems(inside(bundle));
    const authorities: string[] = [];
    const keysFound: string[] = [];

    const look = (path: string): void => {
      expect(stores()).toEqual(before);
      const [app] = appsOf("https-python/service.py");
      if (app === undefined) throw new Error("the app does not run");
      // Another mount namespace than the host's: what it sees there nobody else does.
      expect(readlinkSync(`/proc/${app}/ns/mnt`)).not.toBe(readlinkSync("/proc/self/ns/mnt"));
      const seen = pems(readFileSync(`/proc/${app}/root${bundle}`, "utf8"));
      expect(system.filter((root) => !seen.includes(root))).toEqual([]);
      const added = seen.filter((root) => !system.includes(root));
      expect(added.length).toBeGreaterThanOrEqual(1);
      authorities.push(added.join("\n"));
      const shown = mountsOf(app, inside("/proc/self/mountinfo"));
      // What we placed for the app is among them: a mount that is missed would be searched in vain.
      expect(shown.filter((place) => place.includes("/etc/ssl"))).not.toEqual([]);
      keysFound.push(
        ...filesWithKeys([...shown, path, "/run", "/var/tmp", "/dev/shm", "/etc"], { since }),
        ...filesWithKeys(["/tmp"], { since, depth: 2, except: "/reprise-test-" }),
      );
    };

    for (const _turn of ["first", "second"]) {
      using folder = usersFolder();
      const recorded = await (async () => {
        await using _api = await host.startApi();
        return await recordHttps(host, folder.path, await service.make(), asked, {
          meanwhile: async () => look(folder.path),
        });
      })();
      expect(recorded.answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(stores()).toEqual(before);
      expectGreen(await replayHttps(recorded), asked.length, asked.length);
      keysFound.push(...filesWithKeys([folder.path], { since }));
    }
    expect(keysFound).toEqual([]);
    expect(new Set(authorities).size).toBe(2);
    expect(stores()).toEqual(before);
  },
);
