/** Reads plain data that a file held, and names the path of what is not as it should be. */
import { FormatError } from "../../core/errors.ts";
import { isFields } from "../../core/plain-data.ts";
import { textBytes } from "../../lib/bytes/text.ts";

const kindOf = (value: unknown): string =>
  value === null
    ? "nothing"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "a mapping"
        : `a ${typeof value}`;

/** The error for a value at `path` that should be something else. */
export const misshapen = (path: string, wanted: string, value: unknown): FormatError =>
  new FormatError("format.yaml", `${path} must be ${wanted}, not ${kindOf(value)}.`, path, {
    hint: "Correct the file, or record the test again.",
  });

/** A mapping of a document, read field by field. Missing and null are the same. */
export class Fields {
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown, path: string) {
    if (!isFields(value)) throw misshapen(path, "a mapping", value);
    this.path = path;
    this.#values = value;
  }

  at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  get(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  fields(name: string): Fields {
    return new Fields(this.get(name), this.at(name));
  }

  text(name: string, absent: string): string {
    const value = this.get(name);
    if (value === undefined) return absent;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw misshapen(this.at(name), "text", value);
  }

  integer(name: string, absent: number): number {
    const value = this.get(name);
    if (value === undefined || value === "") return absent;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number) || number < 0) {
      throw misshapen(this.at(name), "a whole number", value);
    }
    return number;
  }

  flag(name: string): boolean {
    const value = this.get(name);
    if (value === undefined) return false;
    if (typeof value !== "boolean") throw misshapen(this.at(name), "true or false", value);
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw misshapen(this.at(name), "a list", value);
    return value;
  }

  /** Text or bytes, as bytes; `undefined` if absent. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    // Some readers of YAML hand out Buffers; what compares structures tells them apart.
    if (Buffer.isBuffer(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof Uint8Array) return value;
    return textBytes(this.text(name, ""));
  }
}
