import { expect, test } from "bun:test";
import { EMPTY_CONFIG, readConfig, writeConfig } from "../../src/store/config.ts";
import { readYaml, wholeFile } from "../../src/store/read-yaml.ts";

const again = (text: string) => readConfig(readYaml(text, wholeFile("config.yaml")), "config.yaml");

test("what is known about a recording comes back", () => {
  const config = {
    command: "./shop --port 8080",
    startedAt: 1_763_711_137_000,
    endedAt: 1_763_711_138_000.5,
    reprise: "0.1.0",
    kernel: "6.18.1",
    noise: { tests: { "header.Date": [] }, mocks: { postgres: { "parameters[1]": [] } } },
    refusing: [{ address: "::1", port: 5432 }],
    unread: [{ peer: "api:443", reason: "TLS", connections: 3 }],
    listens: [8080, 9090],
    learned: {
      clear: [{ address: "10.0.0.5", port: 5432 }],
      blind: [
        { address: "fd00::2", port: 443, serverName: "pinned.test", reason: "TLS: pinned" },
        { address: "fd00::2", port: 444, serverName: null, reason: "TLS: no name" },
      ],
    },
  };
  expect(again(writeConfig(config))).toEqual(config);
  expect(again(writeConfig(EMPTY_CONFIG))).toEqual(EMPTY_CONFIG);
});

test("Keploy's file gives the command", () => {
  expect(again("preScript: ''\nappCommand: ./app\ntemplate: {}\n")).toEqual({ ...EMPTY_CONFIG, command: "./app" });
  expect(again("")).toEqual(EMPTY_CONFIG);
});
