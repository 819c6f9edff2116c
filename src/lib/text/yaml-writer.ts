/**
 * Plain data as block-style YAML that people can read and edit: text with several lines as a literal block, short lists
 * of scalars on one line, maps of a list on one line each where all are short, quotes only where a parser would read something else than the text. It writes nothing that
 * the readers in use (`Bun.YAML`, `yaml`) disagree on. It knows maps, arrays, strings, numbers, booleans and null, and
 * refuses the rest; integers beyond 2^53 must come as text.
 */

/** Words that some YAML reader takes for something else than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf|infinity)$/i;
/** A single line that needs no quotes in block context, but for `RESERVED`, `: ` and ` #`. */
const PLAIN =
  /^[A-Za-z_/$(\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u4e00-\u9fff][\x20-\x7e\u00a1-\u0fff\u3041-\ud7a3]*$/;
const PLAIN_IN_FLOW = /^[A-Za-z_/$][A-Za-z0-9_\-./@+=$ ]*$/;
const PRINTABLE_LINE = /^[\x20-\x7e\u00a1-\u0fff\u3041-\ud7a3]*$/;
/** Text that a literal block holds unchanged: no carriage return, no control, no other line break, no lone surrogate. */
const BLOCK =
  /^(?:[\t\n\x20-\x7e\u00a1-\u1fff\u2030-\ud7ff\ue000-\ufefe\uff00-\uffef]|[\ud800-\udbff][\udc00-\udfff])*$/;
/** A line of white space only, which readers trim differently. */
const BLANK_LINE = /(?:^|\n)[\t ]+(?=\n|$)/;
const ESCAPED = /[\u007f-\u00a0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/g;
const FLOW_WIDTH = 100;
const KEY_WIDTH = 1000;

/** One document, without `---`; ends with a newline. */
export function writeYaml(value: unknown): string {
  const out: string[] = [];
  node(out, value, 0, "");
  return out.join("");
}

/** Writes what follows a `key:` or a `-`; `lead` is the space before it, or nothing at the start of a document. */
function node(out: string[], value: unknown, depth: number, lead: string): void {
  if (typeof value === "string") out.push(lead, textScalar(value, depth), "\n");
  else if (Array.isArray(value)) sequence(out, value, depth, lead);
  else if (typeof value === "object" && value !== null) mapping(out, value, depth, lead);
  else out.push(lead, scalar(value), "\n");
}

function sequence(out: string[], items: readonly unknown[], depth: number, lead: string): void {
  const flow = flowSequence(items);
  if (flow !== undefined) {
    out.push(lead, flow, "\n");
    return;
  }
  if (lead !== "") out.push("\n");
  const indent = "  ".repeat(depth);
  const rows = flowMaps(items);
  if (rows !== undefined) {
    for (const row of rows) out.push(indent, "- ", row, "\n");
    return;
  }
  for (const item of items) {
    out.push(indent, "-");
    if (isMap(item) && hasMembers(item)) members(out, item, depth + 1, " ");
    else node(out, item, depth + 1, " ");
  }
}

function mapping(out: string[], map: object, depth: number, lead: string): void {
  if (!isMap(map)) throw new TypeError(`a ${map.constructor.name} cannot be written as YAML`);
  if (!hasMembers(map)) {
    out.push(lead, "{}\n");
    return;
  }
  if (lead !== "") out.push("\n");
  members(out, map, depth, "  ".repeat(depth));
}

/** `first` stands before the first member: the rest of a `- `, or the indent. */
function members(out: string[], map: Readonly<Record<string, unknown>>, depth: number, first: string): void {
  const indent = "  ".repeat(depth);
  let before = first;
  for (const name in map) {
    const value = map[name];
    if (value === undefined) continue;
    const key = keyScalar(name);
    if (key.length > KEY_WIDTH) out.push(before, "? ", key, "\n", indent, ":");
    else out.push(before, key, ":");
    node(out, value, depth + 1, " ");
    before = indent;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasMembers(map: Readonly<Record<string, unknown>>): boolean {
  for (const name in map) if (map[name] !== undefined) return true;
  return false;
}

function flowSequence(items: readonly unknown[]): string | undefined {
  if (items.length > FLOW_WIDTH / 2) return undefined;
  const parts: string[] = [];
  let width = 0;
  for (const item of items) {
    if (typeof item === "object" && item !== null) return undefined;
    if (typeof item === "string" && item.length > FLOW_WIDTH) return undefined;
    const part = typeof item === "string" ? flowText(item) : scalar(item);
    width += part.length + 2;
    if (width > FLOW_WIDTH) return undefined;
    parts.push(part);
  }
  return `[${parts.join(", ")}]`;
}

/** A table: every item a map of two scalars at least, and none too wide for a line. */
function flowMaps(items: readonly unknown[]): string[] | undefined {
  const rows: string[] = [];
  for (const item of items) {
    const row = isMap(item) ? flowMap(item) : undefined;
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return rows;
}

function flowMap(map: Readonly<Record<string, unknown>>): string | undefined {
  const parts: string[] = [];
  let width = 0;
  for (const name in map) {
    const value = map[name];
    if (value === undefined) continue;
    if ((typeof value === "object" && value !== null) || name === "<<" || name.length > FLOW_WIDTH) return undefined;
    if (typeof value === "string" && (value.length > FLOW_WIDTH || value.includes("\n"))) return undefined;
    const part = `${keyScalar(name)}: ${typeof value === "string" ? flowText(value) : scalar(value)}`;
    width += part.length + 2;
    if (width > FLOW_WIDTH) return undefined;
    parts.push(part);
  }
  return parts.length < 2 ? undefined : `{ ${parts.join(", ")} }`;
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") throw new TypeError(`a ${typeof value} cannot be written as YAML`);
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function isPlain(text: string, pattern: RegExp): boolean {
  if (!pattern.test(text) || RESERVED.test(text) || text.includes(": ") || text.includes(" #")) return false;
  return !text.endsWith(" ") && !text.endsWith(":");
}

/** `Bun.YAML` takes even a quoted `<<` for a merge; the tag makes readers that know tags take over. */
function keyScalar(name: string): string {
  if (name === "<<") return '!!str "<<"';
  return name.length < FLOW_WIDTH && isPlain(name, PLAIN_IN_FLOW) ? name : quote(name);
}

function flowText(text: string): string {
  return isPlain(text, PLAIN_IN_FLOW) ? text : quote(text);
}

function textScalar(text: string, depth: number): string {
  const lines = depth > 0 && text.includes("\n") && BLOCK.test(text);
  if (lines && /[^\n\t ]/.test(text) && !BLANK_LINE.test(text)) return block(text, depth);
  return isPlain(text, PLAIN) ? text : quote(text);
}

function quote(text: string): string {
  if (/["\\]/.test(text) && PRINTABLE_LINE.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(ESCAPED, escapeUnit);
}

/** Surrogate pairs stay as they are: the pattern sees their halves, and both are kept. */
function escapeUnit(unit: string, at: number, whole: string): string {
  const code = unit.charCodeAt(0);
  const pairs =
    (code >= 0xd800 && code < 0xdc00 && isLow(whole.charCodeAt(at + 1))) ||
    (isLow(code) && isHigh(whole.charCodeAt(at - 1)));
  return pairs ? unit : `\\u${code.toString(16).padStart(4, "0")}`;
}

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

function block(text: string, depth: number): string {
  const indent = "  ".repeat(depth);
  const hint = /^[\n\t ]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") ? "+" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  return `|${hint}${chomp}\n${body.replace(/^(?=[^\n])/gm, indent)}`;
}
