/** A body that a file gives as form fields, as Keploy does: `[{ key, values, paths }]`. */
import { FormatError } from "../../core/errors.ts";
import { textBytes } from "../../lib/bytes/text.ts";
import { headerValue, mediaType } from "./headers.ts";
import type { Header } from "./spec.ts";
import { Fields } from "./yaml-fields.ts";

const texts = (fields: Fields, name: string): string[] =>
  fields.list(name).map((value, index) => new Fields({ value }, `${fields.at(name)}[${index}]`).text("value", ""));

/** The bytes of the form: urlencoded, or multipart with the boundary that the type names. */
export const formBytes = (fields: Fields, headers: readonly Header[]): Uint8Array => {
  const pairs = fields.list("form").flatMap((value, index) => {
    const field = new Fields(value, `${fields.at("form")}[${index}]`);
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
    return texts(field, "values").map((text) => [field.text("key", ""), text] as const);
  });
  if (!mediaType(headers).startsWith("multipart/")) {
    return textBytes(pairs.map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text)}`).join("&"));
  }
  const boundary = /boundary="?([^";\s]+)/i.exec(headerValue(headers, "content-type") ?? "")?.[1] ?? "boundary";
  const parts = pairs.map(
    ([key, text]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${key.replaceAll('"', "%22")}"\r\n\r\n${text}\r\n`,
  );
  return textBytes(`${parts.join("")}--${boundary}--\r\n`);
};
