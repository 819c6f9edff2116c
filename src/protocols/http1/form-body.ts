/** A body that a file gives as form fields, as Keploy does: `[{ key, values, files }]`, each file `{ name, content }`. */
import { FormatError } from "../../core/errors.ts";
import { textBytes } from "../../lib/bytes/text.ts";
import { headerValue, mediaType } from "./headers.ts";
import type { Header } from "./spec.ts";
import { Fields } from "./yaml-fields.ts";

interface Part {
  readonly key: string;
  readonly file: string | null;
  readonly content: Uint8Array;
}

const texts = (fields: Fields, name: string): string[] =>
  fields.list(name).map((value, index) => new Fields({ value }, `${fields.at(name)}[${index}]`).text("value", ""));

/** What was sent as text stands in a file of such a name where it is long. */
const LONG_VALUE = /^value_\d+\.txt$/;

const fileOf = (value: unknown, path: string): { readonly name: string; readonly content: Uint8Array } => {
  const named = new Fields(value, path).text("name", "");
  const content: unknown = typeof value === "object" && value !== null && "content" in value ? value.content : null;
  if (content instanceof Uint8Array) return { name: named, content };
  throw new FormatError("format.yaml", `${path}.content must be bytes.`, `${path}.content`);
};

const partsOf = (field: Fields): Part[] => {
  if (field.list("paths").length > 0) {
    const path = field.at("paths");
    throw new FormatError(
      "format.yaml",
      `${path} names files with the content, which were not read with this one.`,
      path,
      {
        hint: "Put the whole body into `body`, or record the test again.",
      },
    );
  }
  const key = field.text("key", "");
  const files = field.list("files").map((value, index) => fileOf(value, `${field.at("files")}[${index}]`));
  const names = new Set(files.map(({ name }) => name));
  return [
    // A file's name stands among the values as well.
    ...texts(field, "values")
      .filter((text) => !names.has(text))
      .map((text) => ({ key, file: null, content: textBytes(text) })),
    ...files.map(({ name, content }) => ({ key, file: LONG_VALUE.test(name) ? null : name, content })),
  ];
};

const quoted = (text: string): string => text.replaceAll('"', "%22");

const headOf = ({ key, file }: Part): string =>
  `Content-Disposition: form-data; name="${quoted(key)}"` +
  (file === null ? "" : `; filename="${quoted(file)}"\r\nContent-Type: application/octet-stream`);

/** The bytes of the form: urlencoded, or multipart with the boundary that the type names. */
export const formBytes = (fields: Fields, headers: readonly Header[]): Uint8Array => {
  const parts = fields
    .list("form")
    .flatMap((value, index) => partsOf(new Fields(value, `${fields.at("form")}[${index}]`)));
  if (!mediaType(headers).startsWith("multipart/")) {
    const pairs = parts.map(({ key, content }) => [key, new TextDecoder().decode(content)] as const);
    return textBytes(pairs.map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text)}`).join("&"));
  }
  const boundary = /boundary="?([^";\s]+)/i.exec(headerValue(headers, "content-type") ?? "")?.[1] ?? "boundary";
  return Buffer.concat([
    ...parts.flatMap((part) => [
      textBytes(`--${boundary}\r\n${headOf(part)}\r\n\r\n`),
      part.content,
      textBytes("\r\n"),
    ]),
    textBytes(`--${boundary}--\r\n`),
  ]);
};
