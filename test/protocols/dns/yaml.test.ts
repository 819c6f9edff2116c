/** The YAML form through a real YAML library, edits by hand, and Keploy's form. */
import { expect, test } from "bun:test";
import { parse, stringify } from "yaml";
import { FormatError } from "../../../src/core/errors.ts";
import { fromYaml, kind, toYaml } from "../../../src/protocols/dns/yaml.ts";
import { queryOf, recorded, recordedA, replyTo } from "../../support/dns-wire.ts";

const throughFile = (spec: unknown): unknown => parse(stringify(spec), { customTags: ["binary"] });

test("it reads like what was asked and what was said, and survives the file", () => {
  const { spec } = recordedA("shop.example", "10.0.0.7", "10.0.0.8");
  const written = toYaml({ ...spec, raw: null });
  expect(written.kind).toBe(kind);
  expect(stringify(written.spec)).toBe(`request:
  name: shop.example
  type: A
  class: IN
response:
  rcode: NOERROR
  recursionAvailable: true
  answers:
    - shop.example. 60 IN A 10.0.0.7
    - shop.example. 60 IN A 10.0.0.8
`);
  expect(fromYaml(kind, throughFile(written.spec))).toEqual({ ...spec, raw: null });
});

test("every part survives: sections, EDNS with options, raw bytes", () => {
  const query = queryOf("shop.example", "A", { edns: true });
  const opt = {
    type: "OPT",
    name: ".",
    udpPayloadSize: 1232,
    flags: 0x8000,
    options: [{ code: 10, data: Buffer.from("cookie") }],
  };
  const reply = replyTo(query, {
    rcode: 3,
    authorities: [{ name: "example", type: "NS", ttl: 5, data: "ns.example" }],
    additionals: [{ name: "ns.example", type: "A", ttl: 5, data: "10.0.0.1" }, opt as never],
  });
  const { spec } = recorded(query, reply);
  expect(spec.raw).toEqual(reply);
  expect(fromYaml(kind, toYaml(spec).spec)).toEqual(spec);
});

test("an edit of the readable form wins over the raw bytes", () => {
  const { spec } = recordedA("shop.example", "10.0.0.7");
  const written = toYaml(spec).spec as { response: { answers: string[] } };
  const edited = { ...written, response: { ...written.response, answers: ["shop.example. 60 IN A 10.0.0.9"] } };
  expect(fromYaml(kind, edited)).toEqual({
    ...spec,
    response: { ...spec.response, answers: ["shop.example. 60 IN A 10.0.0.9"] },
    raw: null,
  });
});

test("Keploy's mocks are read: numbers for words, zone-file lines with tabs, comments for OPT", () => {
  const keploy = parse(`
metadata: { name: shop.example., qtype: A, type: config }
request: { name: shop.example., qtype: 1, qclass: 1 }
response:
  rcode: 0
  authoritative: true
  recursionAvailable: false
  truncated: false
  answers: ["shop.example.\\t300\\tIN\\tCNAME\\tdb.shop.example.", "db.shop.example.\\t300\\tIN\\tA\\t10.0.0.7"]
  ns: ["example.\\t5\\tIN\\tNS\\tns.example."]
  extra: ["\\n;; OPT PSEUDOSECTION:\\n; EDNS: version 0; flags:; udp: 1232"]
reqTimestampMock: 2025-01-01T00:00:00Z
`);
  expect(fromYaml("DNS", keploy)).toEqual({
    request: { name: "shop.example", type: "A", class: "IN", transport: "udp" },
    response: {
      rcode: "NOERROR",
      flags: ["authoritative"],
      answers: ["shop.example. 300 IN CNAME db.shop.example.", "db.shop.example. 300 IN A 10.0.0.7"],
      authority: ["example. 5 IN NS ns.example."],
      additional: [],
      edns: null,
    },
    raw: null,
  });
});

test("a slip is told by its path", () => {
  const where = (spec: unknown): string => {
    try {
      fromYaml(kind, spec);
    } catch (error) {
      if (error instanceof FormatError) return error.where;
    }
    return "accepted";
  };
  const request = { name: "a.example", type: "A" };
  expect(where(null)).toBe("spec");
  expect(where({ request: { name: "a..b", type: "A" }, response: {} })).toBe("spec.request.name");
  expect(where({ request: { name: "a.b", type: "AA" }, response: {} })).toBe("spec.request.type");
  expect(where({ request, response: { rcode: "NXDOMIAN" } })).toBe("spec.response.rcode");
  expect(where({ request, response: { answers: ["a. 1 IN A 1.2.3.4", "a. IN A"] } })).toBe("spec.response.answers[1]");
  expect(where({ request, response: { answers: "a. 1 IN A 1.2.3.4" } })).toBe("spec.response.answers");
  expect(where({ request, response: { raw: "text" } })).toBe("spec.response.raw");
  expect(where({ request, response: { raw: Uint8Array.of(1) } })).toBe("spec.response.raw");
  expect(where({ request, response: {} })).toBe("accepted");
});
