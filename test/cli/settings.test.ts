import { expect, test } from "bun:test";
import { fromEnvironment, fromFile, resolveSettings } from "../../src/cli/settings.ts";

test("a flag goes before the environment, that before the file, that before the default", () => {
  const environment = fromEnvironment({
    REPRISE_PORT: "2",
    REPRISE_HOST: "env",
    REPRISE_PATH: "",
    PATH: "/bin",
    REPRISE_CLIENT_CERT: "a=b,c; d=e,f",
  });
  const file = fromFile(
    {
      port: 3,
      host: "file",
      delay: "5s",
      passThroughPorts: [5432, 6379],
      strict: true,
      testSets: null,
      trust: ["a.pem", "b.pem"],
    },
    "reprise.yml",
  );
  const settings = resolveSettings({ port: 1 }, environment, file);
  expect(settings).toEqual({
    command: null,
    path: ".",
    configPath: null,
    testSets: [],
    testCases: [],
    host: "env",
    port: 1,
    apiTimeoutMs: 30_000,
    delayMs: 5000,
    healthUrl: null,
    passThroughPorts: [5432, 6379],
    passThroughSockets: [],
    trust: ["a.pem", "b.pem"],
    clientCert: ["a=b,c", "d=e,f"],
    keylog: null,
    recordTimerMs: null,
    denoise: null,
    ignoreOrdering: false,
    tapOnly: false,
    proxyAll: false,
    tlsCert: null,
    tlsKey: null,
    keepCapture: false,
    redact: true,
    mongoPassword: null,
    strict: true,
    time: "recorded",
    format: "text",
    force: false,
    json: false,
    debug: false,
  });
});

test("what the file and the environment give is checked like what is typed", () => {
  expect(() => fromFile({ port: "http" }, "app/reprise.yml")).toThrow(
    'port in app/reprise.yml is "http", which is not a port.',
  );
  expect(() => fromFile({ port: { a: 1 } }, "reprise.yml")).toThrow("port in reprise.yml is neither text");
  expect(() => fromEnvironment({ REPRISE_DELAY: "soon" })).toThrow('REPRISE_DELAY is "soon"');
});

test("a list stands only where there may be several", () => {
  expect(() => fromFile({ command: ["a", "b"] }, "reprise.yml")).toThrow("is a list; it takes one value.");
});
