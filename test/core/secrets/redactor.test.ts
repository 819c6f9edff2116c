import { expect, test } from "bun:test";
import { Redactor, SplicedBytes } from "../../../src/core/secrets/redactor.ts";
import { NO_USER_RULES } from "../../../src/core/secrets/user-rules.ts";

const value = ["hunter2", "Xyz!"].join("-");

test("a value that is known stands for itself in every spelling", () => {
  const redactor = new Redactor();
  redactor.text(value, "password", []);
  const base64 = Buffer.from(value).toString("base64");
  const spelt = [value, encodeURIComponent(value), Buffer.from(value).toString("hex"), base64];
  for (const text of spelt) {
    const redacted = redactor.text(`a ${text} b`, "", []);
    expect(redacted).toMatch(/^a \{\{secret\.password-1(?::\w+)?\}\} b$/);
    expect(redactor.vault.restore.text(redacted)).toBe(`a ${text} b`);
  }
  expect(redactor.vault.all.length).toBe(1);
});

test("Base64 in which a secret is shows what else is in it", () => {
  const redactor = new Redactor();
  redactor.text(value, "password", []);
  const text = `x ${Buffer.from(`{"user":"ann","p":"${value}"}`).toString("base64")} y`;
  const redacted = redactor.text(text, "", []);
  expect(redacted).toBe("x {{secret.encoded-password-1:base64}} y");
  expect(redactor.vault.all[1]?.shape).toEqual({ text: '{"user":"ann","p":"{{secret.password-1}}"}' });
  expect(redactor.vault.restore.text(redacted)).toBe(text);
});

test("a user is shown, a password is a secret of its own", () => {
  const redactor = new Redactor();
  const header = `Basic ${Buffer.from(`ann:${value}`).toString("base64")}`;
  expect(redactor.text(header, "Authorization", [])).toBe("Basic {{secret.basic-auth-1:base64}}");
  expect(redactor.vault.all.map(({ name, shape }) => [name, shape.text])).toEqual([
    ["password-1", undefined],
    ["basic-auth-1", "ann:{{secret.password-1}}"],
  ]);
});

test("what looks like a placeholder survives beside one", () => {
  const redactor = new Redactor();
  const text = `{{secret.x}} password=${value} {{\\secret.y:hex}}`;
  expect(redactor.vault.restore.text(redactor.text(text, "", []))).toBe(text);
});

test("a word that is a password is hidden where it is all of a field", () => {
  const redactor = new Redactor();
  const word = ["sword", "fish"].join("");
  redactor.text(word, "password", []);
  expect(redactor.text(word, "said", [])).toBe("{{secret.password-1}}");
  expect(redactor.text(`{"a":"${word}","b":"${word}es"}`, "", [])).toBe(
    `{"a":"{{secret.password-1}}","b":"${word}es"}`,
  );
});

test("usual words are hidden where they stand, and nowhere else", () => {
  const redactor = new Redactor();
  expect(redactor.text('{"user":"admin","password":"admin"}', "", [])).toBe(
    '{"user":"admin","password":"{{secret.password-1}}"}',
  );
  expect(redactor.text("admin", "role", [])).toBe("admin");
});

test("what the app's surroundings call a secret is found before anything names it", () => {
  const key = ["k3J9xQ7m", "Zp1Lw8Rt"].join("");
  const redactor = new Redactor({ surroundings: [`SHOP_KEY=${key}`, `SHOP_PASS=${value}`], rules: NO_USER_RULES });
  expect(redactor.text(`by ${key}, ${value}`, "", [])).toBe("by {{secret.shop-key-1}}, {{secret.shop-pass-1}}");
  expect(redactor.vault.all.map(({ shape }) => shape.from)).toEqual(["SHOP_KEY", "SHOP_PASS"]);
});

test("bytes are as they are, or hold placeholders", () => {
  const redactor = new Redactor();
  const bytes = Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(`password=${value}&x`), Buffer.from([7])]);
  const redacted = redactor.bytes(bytes, "body", []);
  expect(redacted).toBeInstanceOf(SplicedBytes);
  if (!(redacted instanceof SplicedBytes)) return;
  expect(redacted.latin1).toContain("password={{secret.password-1}}&x");
  expect(Buffer.from(redactor.vault.restore.latin1(redacted.latin1), "latin1").equals(bytes)).toBe(true);
  const plain = new Uint8Array([1, 2, 3, 200]);
  expect(redactor.bytes(plain, "body", [])).toBe(plain);
});

test("bytes without a pattern name nothing", () => {
  const redactor = new Redactor();
  for (const chance of ["pwd=k\xb3e\xc6cf\xf01\xc5", "jwt:\x88k3J9xQ7m", "pwd=hj\x00", "-u \x9d:\x06x\xd6C"]) {
    const bytes = Buffer.from(`\xff\xfe${chance}\xc2\x80\xff`, "latin1");
    expect(redactor.bytes(bytes, "body", [])).toBe(bytes);
  }
  const text = Buffer.from("pwd=k³eæcfð1å");
  expect(redactor.bytes(text, "body", [])).toBeInstanceOf(SplicedBytes);
});

test("a large body is looked through in parts, and changed as a whole", () => {
  const redactor = new Redactor();
  const filler = Buffer.alloc(3 << 20, 200);
  expect(redactor.bytes(filler, "body", [])).toBe(filler);
  // Across the border of the first two parts.
  filler.write(`"password":"${value}"`, (1 << 20) - 12);
  const redacted = redactor.bytes(filler, "body", []);
  if (!(redacted instanceof SplicedBytes)) throw new Error("it was not found");
  expect(redactor.vault.all.map((secret) => secret.value)).toEqual([value]);
  expect(Buffer.from(redactor.vault.restore.latin1(redacted.latin1), "latin1").equals(filler)).toBe(true);
});

test("business data is left", () => {
  const harmless = {
    body: '{"id":"0b9e1d3c-6a5f-4b7d-8c1e-2f3a4b5c6d7e","etag":"33a64df551425fcc55e4d42a148795d9","sha":"da39a3ee5e6b4b0d3255bfef95601890afd80709","total_tokens":512,"token_type":"bearer","author":"ann","next_page_token":"CAUQAA1b2c3d4e5f6a7b","message":"the password is wrong","grant_type":"password","keys":["a1","b2"],"status":"passed"}',
    header: 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    url: "http://localhost:8080/users/507f1f77bcf86cd799439011?page=2&sort=token&cursor=eyJhIjoxfQ",
    html: '<a href="https://example.com/a@b">reset your password</a> <input type="password" name="q">',
    sql: "SELECT id, sha256, token_count FROM t WHERE id = '0b9e1d3c-6a5f-4b7d-8c1e-2f3a4b5c6d7e'",
    cache: "session_count:42",
    integrity: "sha512-vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg==",
    agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  };
  const redactor = new Redactor();
  for (const [name, text] of Object.entries(harmless)) expect(redactor.text(text, name, [])).toBe(text);
});
