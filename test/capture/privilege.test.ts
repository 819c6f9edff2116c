import { expect, test } from "bun:test";
import { privilege, requirePrivilege } from "../../src/capture/privilege.ts";
import { EnvironmentError } from "../../src/core/errors.ts";

const status = (effective: string) => `Name:\tbun\nCapPrm:\tffffffffffffffff\nCapEff:\t${effective}\n`;

test("root, or CAP_SYS_ADMIN with CAP_NET_ADMIN, is enough", () => {
  expect(privilege(status("000001ffffffffff")).isEnough).toBe(true);
  expect(privilege(status("0000000000201000")).isEnough).toBe(true);
});

test("with less the first sentence names root, and the hint says how", () => {
  for (const held of ["0000000000000000", "0000000000200000", "0000000000001000"]) {
    const found = privilege(status(held));
    expect(found).toMatchObject({ isEnough: false, held });
    expect(() => requirePrivilege(found)).toThrow(EnvironmentError);
    expect(() => requirePrivilege(found)).toThrow("needs root");
  }
});
