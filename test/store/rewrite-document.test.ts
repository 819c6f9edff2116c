import { expect, test } from "bun:test";
import { DocumentRedactor } from "../../src/core/secrets/document-redactor.ts";
import { Redactor } from "../../src/core/secrets/redactor.ts";
import { rewriteDocument } from "../../src/store/rewrite-document.ts";

const secret = ["k3J9xQ7m", "Zp1Lw8Rt"].join("");

function rewriter() {
  const redactor = new Redactor();
  const rewriting = {
    redactor: new DocumentRedactor(redactor),
    restore: redactor.vault.restore,
    assets: "",
    put: () => {},
  };
  return (text: string) => rewriteDocument(text, rewriting);
}

const document = `# Kept by hand
version: reprise/v1
kind: Http
name: get-token-1
spec:
  req:
    # who asks
    header: { Authorization: "Bearer ${secret}", Accept: "*/*" } # both
    body: |-
      {"password":
        "${secret}"}
  assertions:
    noise: { header.Authorization: [ "^${secret}" ] }
`;

test("only what is secret changes: comments, order and layout stay", () => {
  expect(rewriter()(document)).toBe(`# Kept by hand
version: reprise/v1
kind: Http
name: get-token-1
spec:
  req:
    # who asks
    header: { Authorization: "Bearer {{secret.authorization-1}}", Accept: "*/*" } # both
    body: |-
      {"password":
        "{{secret.authorization-1}}"}
  assertions:
    noise: { header.Authorization: [ "^${secret}" ] }
`);
});

test("doing it again changes nothing", () => {
  const rewrite = rewriter();
  expect(rewrite(rewrite(document) ?? "")).toBeNull();
});

test("bytes and what another tool marks as such", () => {
  const rewrite = rewriter();
  const base64 = Buffer.from(`\u0001password=${secret}&\u0002`, "latin1").toString("base64");
  expect(rewrite(`spec:\n  data: !!binary ${base64}\n`)).toContain("$latin1:");
  expect(rewrite(`spec:\n  data:\n    $base64: ${base64}\n`)).toContain("password={{secret.password-1}}&");
  expect(rewrite(`spec:\n  data: !!binary AAEC\n`)).toBeNull();
});

test("what is no document is left alone", () => {
  const rewrite = rewriter();
  for (const text of ["- a\n- b\n", "a: [b\n", ""]) expect(rewrite(text)).toBeNull();
});
