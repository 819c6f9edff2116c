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

test("a file is a part with its name; a long value that stood in a file is a value", () => {
  const content = Uint8Array.of(0, 255);
  const form = [
    { key: "f", values: ["a.bin"], files: [{ name: "a.bin", content }] },
    { key: "v", files: [{ name: "value_0.txt", content: Buffer.from("long") }] },
  ];
  const bytes = formBytes(fields(form), [["Content-Type", "multipart/form-data; boundary=q"]]);
  expect(Buffer.from(bytes).toString("latin1")).toBe(
    '--q\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n' +
      "Content-Type: application/octet-stream\r\n\r\n\0\xff\r\n" +
      '--q\r\nContent-Disposition: form-data; name="v"\r\n\r\nlong\r\n--q--\r\n',
  );
  expect(() => formBytes(fields([{ key: "f", files: [{ name: "a" }] }]), [])).toThrow("form[0].files[0].content");
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
