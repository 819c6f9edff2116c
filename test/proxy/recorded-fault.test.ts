import { expect, test } from "bun:test";
import { faultOf, withFault } from "../../src/proxy/recorded-fault.ts";
import { refusalSentence } from "../../src/proxy/refusals.ts";
import { believedBy, misnamed } from "../../src/proxy/tls/fault-clauses.ts";

const shop = { names: ["shop.example"], addresses: [], fault: "none" } as const;
const sentence = (fault: string | null, believer: string | null = null) =>
  refusalSentence("unknown_ca", fault, believer);

test("what a recording says of a certificate is wrong with ours", () => {
  const expired = faultOf(sentence("its certificate has expired"));
  expect(expired).toEqual({ isUntrusted: false, fault: "expired", issuer: "authority", named: null });
  expect(expired && withFault(shop, expired)).toEqual({ ...shop, fault: "expired", issuer: "authority" });
  const other = { names: ["other.example", "*.other.example"], addresses: ["10.0.0.1"] };
  const wrong = faultOf(sentence(misnamed("shop.example", other)));
  expect(wrong && withFault(shop, wrong)).toEqual({ ...shop, ...other, issuer: "authority" });
});

test("a server that only some go by is nobody's", () => {
  expect(faultOf(sentence(null, "certs/company.pem"))).toMatchObject({ isUntrusted: true, issuer: "authority" });
});

test("other sentences say nothing of it", () => {
  const others = ["", "TLS (shop.example)", sentence(null), `${believedBy("a.pem")}, ${misnamed("a", shop)}`];
  expect(others.map(faultOf)).toEqual([null, null, null, null]);
});
