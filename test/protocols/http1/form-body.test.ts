import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { formBytes } from "../../../src/protocols/http1/form-body.ts";
import { Fields } from "../../../src/protocols/http1/yaml-fields.ts";
import { text } from "./example.ts";

const fields = (form: unknown): Fields => new Fields({ form }, "req");

test("a form is urlencoded unless its type says multipart", () => {
  const form = [
    { key: "a b", values: ["1", 2] },
    { key: "c", values: ["ä"] },
  ];
  expect(text(formBytes(fields(form), []))).toBe("a%20b=1&a%20b=2&c=%C3%A4");
  expect(
    text(formBytes(fields([{ key: "a", values: ["1"] }]), [["Content-Type", "multipart/form-data; boundary=q"]])),
  ).toBe('--q\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--q--\r\n');
});

test("a part that is in a file, and a field that is none, are named", () => {
  const where = (form: unknown): string => {
    try {
      formBytes(fields(form), []);
    } catch (error) {
      if (error instanceof FormatError) return error.where;
    }
    return "";
  };
  expect(where([{ key: "a", paths: ["assets/x"] }])).toBe("req.form[0].paths");
  expect(where([{ key: "a", values: [] }, "text"])).toBe("req.form[1]");
  expect(where([{ key: "a", values: [{}] }])).toBe("req.form[0].values[0].value");
});
