import { expect, test } from "bun:test";
import { faultOf, withFault } from "../../src/proxy/recorded-fault.ts";
import { refusalSentence } from "../../src/proxy/refusals.ts";

const shop = { names: ["shop.example"], addresses: [], fault: "none" } as const;

test("what a recording says of a certificate is wrong with ours", () => {
  const of = (fault: string) => faultOf(refusalSentence("unknown_ca", fault));
  const untrusted = "no store of the app's leads to its issuer";
  expect(of("its certificate has expired")).toEqual({ isUntrusted: false, fault: "expired", isMisnamed: false });
  expect(of("its certificate is not valid yet")?.fault).toBe("notYetValid");
  expect(of(`${untrusted} (DEPTH_ZERO_SELF_SIGNED_CERT)`)).toEqual({
    isUntrusted: true,
    fault: "selfSigned",
    isMisnamed: false,
  });
  expect(of(`${untrusted} (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`)?.fault).toBe("issuerNotSent");
  expect(of(`${untrusted} (SELF_SIGNED_CERT_IN_CHAIN)`)?.fault).toBe("none");
  expect(of(`${untrusted} (CERT_HAS_EXPIRED); its certificate has expired`)).toMatchObject({
    isUntrusted: true,
    fault: "expired",
  });
  const misnamed = of("its certificate is not for shop.example");
  expect(misnamed).toEqual({ isUntrusted: false, fault: "none", isMisnamed: true });
  expect(misnamed && withFault(shop, misnamed).names).not.toContain("shop.example");
  expect(withFault(shop, { isUntrusted: false, fault: "expired", isMisnamed: false })).toEqual({
    ...shop,
    fault: "expired",
  });
});

test("other sentences say nothing of it", () => {
  expect([faultOf(""), faultOf("TLS (shop.example)"), faultOf(refusalSentence("unknown_ca", null))]).toEqual([
    null,
    null,
    null,
  ]);
});
