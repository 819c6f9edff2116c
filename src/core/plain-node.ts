/** Reads plain data with the path of what is wrong: `spec.replies[2].tag`. */
import { FormatError } from "./errors.ts";
import { type Fields, isFields } from "./plain-data.ts";

/** A value with the place where it stands. */
export class Node {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path: string) {
    this.value = value;
    this.path = path;
  }

  fail(wanted: string): never {
    throw new FormatError("format.yaml", `${this.path} must be ${wanted}`, this.path);
  }

  get isAbsent(): boolean {
    return this.value === undefined;
  }

  record(): Fields {
    const { value } = this;
    return isFields(value) ? value : this.fail("a mapping");
  }

  at(name: string): Node {
    const record = this.record();
    return new Node(Object.hasOwn(record, name) ? record[name] : undefined, `${this.path}.${name}`);
  }

  items(): Node[] {
    if (!Array.isArray(this.value)) return this.fail("a list");
    return this.value.map((item, index) => new Node(item, `${this.path}[${index}]`));
  }

  /** A list, or none where it is left out. */
  itemsOrNone(): Node[] {
    return this.isAbsent ? [] : this.items();
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.fail("a text");
  }

  /** A text that the wire can hold, where a zero byte is the end. */
  wireText(): string {
    const text = this.text();
    return text.includes("\u0000") ? this.fail("a text without a zero byte") : text;
  }

  bytes(): Uint8Array {
    return this.value instanceof Uint8Array ? this.value : this.fail("bytes");
  }

  integer(least: number, most: number): number {
    const { value } = this;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    return fits ? value : this.fail(`a whole number from ${least} to ${most}`);
  }

  oneOf<T extends string>(...words: readonly T[]): T {
    return words.find((word) => word === this.value) ?? this.fail(`one of ${words.join(", ")}`);
  }
}
