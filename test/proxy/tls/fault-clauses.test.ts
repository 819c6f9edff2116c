import { expect, test } from "bun:test";
import {
  believedBy,
  isBelievedBySome,
  misnamed,
  outOfTime,
  readFault,
  unbelieved,
} from "../../../src/proxy/tls/fault-clauses.ts";

const validity = { notBefore: Date.UTC(2023, 0, 1), notAfter: Date.UTC(2024, 5, 1, 12, 30, 1) };
const none = { isUntrusted: false, fault: "none", issuer: "authority", named: null } as const;
const within = (clause: string | null): string => `TLS: refused: ${clause ?? ""}; if the app has a CA file, name it`;

test("what is written is read", () => {
  const expired = outOfTime({ fault: "expired", validity });
  expect(expired).toBe("its certificate has expired (2023-01-01T00:00:00Z to 2024-06-01T12:30:01Z)");
  expect(readFault(within(expired))).toEqual({ ...none, fault: "expired", validity });
  expect(readFault(within(outOfTime({ fault: "notYetValid", validity })))).toEqual({
    ...none,
    fault: "notYetValid",
    validity,
  });
  for (const issuer of ["itself", "authoritySent", "authority"] as const) {
    const clause = unbelieved(issuer, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(readFault(within(`${clause}; ${expired}`))).toEqual({
      ...none,
      isUntrusted: true,
      issuer,
      fault: "expired",
      validity,
    });
  }
  const names = { names: ["a.example", "*.b.example"], addresses: ["10.0.0.1", "2001:db8::1"] };
  expect(readFault(within(misnamed("c.example", names)))).toEqual({ ...none, named: names });
  const common = { names: [], addresses: [], commonName: "Old server" };
  expect(readFault(misnamed("c.example", common))).toEqual({ ...none, named: common });
  const called = { ...names, distinguishedName: [["O", "Shop, Inc."], ["CN", "a"]] } as const; // prettier-ignore
  expect(misnamed("c.example", called)).toEndWith(" but for a.example, *.b.example, 10.0.0.1, 2001:db8::1 (O=Shop, Inc., CN=a)"); // prettier-ignore
  expect(readFault(within(misnamed("c.example", called)))).toEqual({ ...none, named: called });
  expect(readFault(misnamed("c.example", { names: [], addresses: [] }))?.named?.names).not.toContain("c.example");
  expect(misnamed("c.example", { ...names, names: Array(100).fill("x.example") as string[] }).length).toBeLessThan(500);
});

test("a server that some believe is told from one that is out of its time besides", () => {
  expect(readFault(within(believedBy("a.pem")))).toEqual({ ...none, isUntrusted: true });
  expect(isBelievedBySome(believedBy("a.pem"))).toBeTrue();
  expect(isBelievedBySome(`${believedBy("a.pem")}; ${outOfTime({ fault: "expired" }) ?? ""}`)).toBeFalse();
  expect([readFault("TLS (a.example)"), outOfTime({ fault: "none" })]).toEqual([null, null]);
});
