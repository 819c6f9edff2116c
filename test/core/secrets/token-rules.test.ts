import { expect, test } from "bun:test";
import { Redactor } from "../../../src/core/secrets/redactor.ts";
import { tokenRules } from "../../../src/core/secrets/token-rules.ts";

test("keywords are in lower case, and each can begin its pattern", () => {
  for (const { keyword, pattern, open } of tokenRules) {
    expect(keyword).toBe(keyword.toLowerCase());
    expect(pattern.sticky).toBe(true);
    expect(open).toBeGreaterThanOrEqual(0);
  }
});

test("the password of an address in the way of Go's MySQL driver is one, wherever the address stands", () => {
  const hidden = (text: string) => new Redactor().text(text, "", []);
  for (const where of ["tcp(127.0.0.1:3306)", "tcp6([::1]:3306)", "unix(/run/mysqld.sock)"]) {
    const address = `shop:s3cret@Pw@${where}/shop`;
    for (const text of [address, `env 'MY_DSN=${address}' ./shop`, `DSN=${address} ./shop`]) {
      expect(hidden(text)).toContain(`shop:{{secret.url-password-1}}@${where}/shop`);
    }
  }
  expect(hidden("shop@tcp(db:3306)/shop")).toBe("shop@tcp(db:3306)/shop");
});

const repeat = (text: string, length: number) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

test("tokens tell themselves in the middle of a text, and ids and checksums do not", () => {
  const word = "aB3dE5gH7jK9";
  const hex = "0a1b2c3d4e5f";
  const tokens = [
    ["AK", "IA", repeat("ABCDEFGH234567", 16)],
    ["AI", "za", repeat(word, 35)],
    ["gh", "p_", repeat(word, 36)],
    ["gl", "pat-", repeat(word, 20)],
    ["xo", "xb-", "123456789012-123456789012-", repeat(word, 24)],
    ["sk", "_live_", repeat(word, 24)],
    ["S", "G.", repeat(word, 22), ".", repeat(word, 43)],
    ["np", "m_", repeat(word, 36)],
    ["12345678", ":", "AA", repeat(word, 33)],
    [repeat(hex, 32), "-u", "s12"],
    ["$2", "b$10$", repeat(word, 53)],
    ["ey", "J", repeat(word, 20), ".", "ey", "J", repeat(word, 20), ".", repeat(word, 43)],
  ].map((parts) => parts.join(""));
  for (const token of tokens) {
    expect(new Redactor().text(`see ${token}, or %3D${token} "${token}"`, "", [])).not.toContain(token);
  }
  const harmless = [
    "0b9e1d3c-6a5f-4b7d-8c1e-2f3a4b5c6d7e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    "sk-button sk_menu akia-seeds npm_config xoxo asia.example",
    "https://host:8080/a@b http://x/y?z=1",
    "mailto:ann@example.com key-value ghp_short",
    "507f1f77bcf86cd799439011",
    "eyJhIjoxfQ",
    "2026-11-21T14:37:41.790Z",
  ];
  for (const text of harmless) expect(new Redactor().text(text, "", [])).toBe(text);
});
